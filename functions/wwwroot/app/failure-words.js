const samePhotos = 'It takes the same photos; nothing has to be uploaded.';
const tell = { again: true, operator: true };

/**
 * What somebody can do about each failure, beside the service's own sentence. `again`: the photos are kept, so the training
 * may be tried again. `operator`: only the operator can mend it. `anew`: the photos have to come again.
 */
const ways = {
  job_error: { again: true },
  job_canceled: { again: true },
  job_timeout: { again: true },
  weights_missing: { again: true },
  weights_invalid: { again: true },
  launch_exhausted: { again: true },
  canceled: { again: true },
  launch_rejected: tell,
  hub_quota: tell,
  gated_model: tell,
  out_of_memory: tell,
  no_credit: tell,
  not_private: { operator: true, anew: true },
  name_conflict: { anew: true },
  upload_interrupted: { anew: true },
  upload_failed: { anew: true },
  unexpected_head: { anew: true },
  repo_gone: { anew: true },
  input_changed: { anew: true },
  abandoned: { anew: true },
  photos_missing: { anew: true },
};

/** @returns {{again?: boolean, operator?: boolean, anew?: boolean}} A code that is newer than this page may be tried again. */
export const wayOut = code => ways[code] ?? { again: true };

/** What to do next, for people. */
export function advice({ errorCode, id }) {
  const { again, operator } = wayOut(errorCode);
  const report = `Tell whoever runs this service: ${errorCode}, identity ${id}.`;
  if (operator && again) return `${report} When they have mended it, choose “Try again”. ${samePhotos}`;
  if (operator) return `${report} When they have mended it, upload the photos again.`;
  if (again) return `Choose “Try again”. ${samePhotos}`;
  return 'Choose “Upload again” to begin a new one with the photos you have. This one can be deleted.';
}

export const triedEnough =
  'This training cannot be tried again: its photos are not kept any more, or it was tried as often as it may be. Choose “Upload again” to begin a new one.';
