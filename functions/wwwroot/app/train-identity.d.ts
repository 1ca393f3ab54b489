/** The client of TrainIdentity for any frontend: one ES module, no dependency. The page at /app/ uses nothing else. */

export type Status = 'uploading' | 'training' | 'ready' | 'failed';
export type Stage = 'uploading' | 'committing' | 'queued' | 'training' | 'verifying';
export type View = 'front' | 'right_profile' | 'left_profile' | 'smile';
export type ConsentSubject = 'self' | 'permission' | 'guardian' | 'estate';

/** Dates are ISO 8601 in UTC. */
export interface Identity {
  id: string;
  identityName: string;
  /** `{namespace}/{repo}` on the Hub. */
  modelId: string;
  huggingfaceRepoUrl: string | null;
  numTrainingImages: number;
  status: Status;
  stage: Stage | null;
  progress: { step: number; total: number; secondsLeft: number | null } | null;
  trainingConfig: Record<string, unknown>;
  /** Relative to the service; the image is the owner's alone, so `thumbnail()` fetches it with the token. Null without one. */
  thumbnailUrl: string | null;
  /** Pictures that the model drew, of an identity that is `ready`; `preview()` fetches them. */
  previews: { view: View; url: string }[];
  version: string;
  createdAt: string;
  updatedAt: string;
  trainedAt: string | null;
  errorMessage: string | null;
  errorCode: string | null;
}

export interface StoredPhoto {
  number: number;
  format: 'jpeg' | 'png';
  /** Of the cleaned photo, as `sha256` is. */
  bytes: number;
  width: number;
  height: number;
  sha256: string;
}

/** What an accepted photo was found to hold; `removed` names what was taken out, such as `gps`. */
export interface AcceptedPhoto extends StoredPhoto {
  removed: string[];
}

export interface Limits {
  photos: {
    min: number;
    max: number;
    /** Of one file. */
    maxBytes: number;
    /** Sides in pixels, and width times height. */
    minSide: number;
    maxSide: number;
    maxPixels: number;
    types: string[];
    /** What becomes of them once there is a model. */
    kept: 'keep' | 'afterTraining' | `days:${number}`;
  };
  thumbnail: { maxBytes: number; type: string };
  name: { maxCharacters: number; maxBytes: number };
  oneShotBytes: number;
  quota: { active: number; perDay: number; stored: number; bytesPerDay: number; drafts: number; usdPerDay: number | null };
  /** For openings that name none. */
  defaultProfile: string;
  profiles: Profile[];
  consent: { version: string; text: string; subjects: ConsentSubject[]; required: boolean };
}

export interface Profile {
  name: string;
  version: number;
  baseModel: string;
  /** The base model's terms have to be accepted at the Hub; the operator has. */
  gated: boolean;
  /** Of the base model; it governs what is trained on it, too. */
  license: string;
  licenseUrl: string;
  /** Side of the squares trained on, in pixels. */
  resolution: number;
  /** Null where the number of photos decides. */
  steps: number | null;
  stepsByPhotos: { perPhoto: number; least: number; most: number } | null;
  /** Whether the model draws four views after the training. */
  previews: boolean;
  /**
   * `minutes` is the upper end of what is usual; a training is stopped before it costs more than `maxUsd`.
   * Null when the service cannot tell, for instance because it does not start the trainings itself.
   */
  estimate: { minutes: number; usd: number; maxUsd: number; hardware: string } | null;
  /** False while no training of this profile can succeed; then `open` and `train` fail with `training_paused`. */
  available: boolean;
}

/** What an image generator needs. */
export interface WeightsLink {
  /** Whoever has it can fetch the weights, without a token, until `expiresAt`. Show it to nobody else, and keep it nowhere. */
  url: string;
  /** Null when the address does not tell; it is short-lived all the same. */
  expiresAt: string | null;
  file: string;
  bytes: number;
  sha256: string;
  baseModel: string;
  baseRevision: string;
  license: string;
  trigger: string;
  classWord: string;
  /** Stands for the person in a prompt: trigger and class word. */
  who: string;
  /** With `{scene}` for anything else that is to be seen. */
  promptForm: string;
  /** How strongly the LoRA counts; 0 to 1.5 makes sense. */
  scale: number;
  guidanceScale: number;
  inferenceSteps: number;
}

export interface Opening {
  identityName: string;
  /** Of who is shown: `woman`, `man`, `child`; `person` when absent. */
  classWord?: string;
  /** `limits().defaultProfile` when absent. */
  profile?: string;
  /** `true` means the current text with subject `permission`. */
  consent: true | { version: string; subject: ConsentSubject };
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface ClientOptions {
  /** The service's address, without a slash at its end. The page's own origin when absent. */
  baseUrl?: string;
  /**
   * The caller's access token, asked for before every call; with `renew` after a 401, once. Null when nobody is signed in.
   * Failing with a `TrainIdentityError` of code `network` and `retryable` has the call tried again; any other failure is `signed_out`.
   */
  token: (renew: boolean) => string | null | Promise<string | null>;
  /** Photos sent at once. 4 when absent. */
  parallel?: number;
  /** Tries of one call when the network or the service is in trouble. 6 when absent. */
  tries?: number;
}

/** `etag` is for the next call's `etag`; with it an unchanged answer is null instead of data. */
export interface Page {
  identities: Identity[];
  nextCursor: string | null;
  etag: string;
}

export interface Watched {
  identity: Identity;
  etag: string;
}

/** Progress of an upload. `sent` and `bytes` are of the files as they are, before cleaning. */
export interface UploadProgress {
  number: number;
  state: 'waiting' | 'sending' | 'checking' | 'stored' | 'refused' | 'retrying';
  sent: number;
  bytes: number;
  /** With `stored`. */
  photo?: AcceptedPhoto;
  /** With `refused`: this photo will not do. With `retrying`: why the last try failed. */
  error?: TrainIdentityError;
}

export interface TrainOptions extends Opening, CallOptions {
  /** Files of an input, or the original's `{name, data}` with base64 or a data URL in `data`. */
  images: Iterable<Blob | { name?: string; data: string }>;
  /** At most 64 KiB of JPEG. */
  thumbnail?: Blob;
  onProgress?: (progress: UploadProgress) => void;
}

/** What the original answered with, with the identity beside it. */
export interface Trained {
  success: true;
  repoId: string;
  modelUrl: string;
  identityId: string;
  status: Status;
  identity: Identity;
}

export class TrainIdentity {
  constructor(options: ClientOptions);
  limits(options?: CallOptions): Promise<Limits>;
  list(options?: CallOptions & { limit?: number; cursor?: string; etag?: string }): Promise<Page | null>;
  get(id: string, options?: CallOptions & { etag?: string }): Promise<Watched | null>;
  /** Yields the identity now and after every change, until it is `ready` or `failed`, or gone (error `identity_not_found`). Waits between looks. */
  watch(id: string, options?: CallOptions & { everyMs?: number }): AsyncGenerator<Identity, void>;
  /** Fails with `precondition_failed` when somebody else has written since `etag` was read. */
  rename(id: string, identityName: string, etag: string, options?: CallOptions): Promise<Watched>;
  /** Everything goes: training, repo, record. */
  remove(id: string, options?: CallOptions): Promise<void>;
  cancel(id: string, options?: CallOptions): Promise<Identity>;
  retry(id: string, options?: CallOptions): Promise<Identity>;
  /** Null when there is none. */
  thumbnail(id: string, options?: CallOptions): Promise<Blob | null>;
  /** A picture that the model drew after its training. Null when there is none. */
  preview(id: string, view: View, options?: CallOptions): Promise<Blob | null>;
  /** A short-lived address of the private weights. Each one is counted. Fails with `state_conflict` unless the identity is `ready`. */
  weightsLink(id: string, options?: CallOptions): Promise<WeightsLink>;
  /** Opens an upload photo by photo. The same `idempotencyKey` finds the draft it made before; without one a new one is made up. */
  open(opening: Opening, options?: CallOptions & { idempotencyKey?: string }): Promise<Draft>;
  /** Goes on with a draft that was opened before; asks nothing of the service. */
  draft(id: string): Draft;
  /**
   * The original's call in one function: opens a draft, sends the photos, closes it. When it fails or is aborted, the draft is removed.
   * As with the original, one photo that will not do is a refusal; `errors` names every such photo.
   */
  train(options: TrainOptions): Promise<Trained>;
  me(options?: CallOptions): Promise<Record<string, unknown>>;
  /** Erases everything the service holds about the caller. */
  eraseMe(options?: CallOptions): Promise<void>;
}

/** An open upload. Photos have numbers from 1; one sent again under its number replaces it. All calls may run at once. */
export class Draft {
  private constructor();
  readonly id: string;
  /** What the service holds by now. */
  photos(options?: CallOptions): Promise<StoredPhoto[]>;
  /** Sends one photo, with tries and back-off. A photo that will not do fails with its own code and `retryable: false`. */
  put(number: number, photo: Blob, options?: CallOptions & { onProgress?: (progress: UploadProgress) => void }): Promise<AcceptedPhoto>;
  /**
   * Sends many, `parallel` at once. A refused photo does not stop the others: see `refused`.
   * Fails when the draft is closed or gone, nobody is signed in, or the tries of a photo are used up.
   */
  putAll(
    photos: Iterable<{ number: number; photo: Blob }>,
    options?: CallOptions & { onProgress?: (progress: UploadProgress) => void },
  ): Promise<{ stored: AcceptedPhoto[]; refused: { number: number; error: TrainIdentityError }[] }>;
  /** Takes a photo out, whether or not there was one. */
  removePhoto(number: number, options?: CallOptions): Promise<void>;
  /** A JPEG of at most 64 KiB that stands for the identity in lists. */
  putThumbnail(thumbnail: Blob, options?: CallOptions): Promise<void>;
  /** Closes the draft; asking twice is asking once. `photos_missing` names photos to send again in `errors`. */
  train(options?: CallOptions): Promise<Identity>;
  /** Removes the draft and what it holds. */
  discard(options?: CallOptions): Promise<void>;
}

/** Every refusal and every trouble. `message` is for people and says what to do next. */
export class TrainIdentityError extends Error {
  /** For a `token` that fails for a reason of its own. What is left out is 0, false, null and empty. */
  constructor(message: string, facts: Partial<Omit<TrainIdentityError, keyof Error>> & { code: string; cause?: unknown });
  /** The service's stable code, or `network`, `signed_out`, `aborted`, `bad_answer`, `photo_unreadable` (a file that is gone from the disk). */
  code: string;
  /** 0 when there was no answer. */
  status: number;
  retryable: boolean;
  retryAfterMs: number | null;
  /** All that is wrong with a request; `pointer` leads to the field or photo, such as `/photos/3`. */
  errors: { code: string; detail: string; pointer?: string }[];
}
