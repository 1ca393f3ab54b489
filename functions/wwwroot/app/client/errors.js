/** Every refusal and every trouble of the client. */
export class TrainIdentityError extends Error {
  name = 'TrainIdentityError';

  constructor(message, { code, status = 0, retryable = false, retryAfterMs = null, errors = [], cause }) {
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, { code, status, retryable, retryAfterMs, errors });
  }
}

export const aborted = () => new TrainIdentityError('This was stopped before it was done.', { code: 'aborted' });

export const network = () =>
  new TrainIdentityError('The service cannot be reached. Check the connection and try again.', { code: 'network', retryable: true });

export const signedOut = ({ message = 'Nobody is signed in. Sign in and try again.', ...facts } = {}) =>
  new TrainIdentityError(message, { ...facts, code: 'signed_out' });

/** What stands between us and the service answers like that while the service starts; then it is worth another try. */
export const badAnswer = (status) =>
  new TrainIdentityError('The service gave an answer that makes no sense. Try again in a moment.', { code: 'bad_answer', status, retryable: status >= 500 || status === 429 || status === 408 });

export const unreadable = (cause) =>
  new TrainIdentityError('The photo can no longer be read: it was moved, changed or deleted. Choose it again.', { code: 'photo_unreadable', cause });
