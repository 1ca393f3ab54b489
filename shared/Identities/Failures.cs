namespace TrainIdentity.Identities;

/// <summary>Why an identity failed: a stable code, and what its owner reads.</summary>
public static class Failures
{
    public const string NameConflict = "name_conflict";
    public const string NotPrivate = "not_private";
    public const string UploadInterrupted = "upload_interrupted";
    public const string UploadFailed = "upload_failed";
    public const string UnexpectedHead = "unexpected_head";
    public const string LaunchRejected = "launch_rejected";
    public const string LaunchExhausted = "launch_exhausted";
    public const string JobError = "job_error";
    public const string JobCanceled = "job_canceled";
    public const string JobTimeout = "job_timeout";
    public const string WeightsMissing = "weights_missing";
    public const string WeightsInvalid = "weights_invalid";
    public const string RepoGone = "repo_gone";
    public const string HubQuota = "hub_quota";
    public const string GatedModel = "gated_model";
    public const string OutOfMemory = "out_of_memory";
    public const string NoCredit = "no_credit";
    public const string InputChanged = "input_changed";
    public const string Canceled = "canceled";
    public const string Abandoned = "abandoned";
    public const string PhotosMissing = "photos_missing";

    private static readonly Dictionary<string, string> Texts = new()
    {
        [NameConflict] = "The model's repository could not be created because its name is taken. Please upload the photos again.",
        [NotPrivate] = "The model's repository could not be kept private, so no photo was sent. Please tell the operator.",
        [UploadInterrupted] = "The upload was interrupted before every photo arrived. Please upload the photos again.",
        [UploadFailed] = "The photos could not be stored. Please upload them again.",
        [UnexpectedHead] = "The model's repository was changed from outside, so it was removed. Please upload the photos again.",
        [LaunchRejected] = "The training was refused when it was started. Please tell the operator.",
        [LaunchExhausted] = "The training could not be started. Please try again later.",
        [JobError] = "The training ended with an error. Your photos are kept for a while: please try again.",
        [JobCanceled] = "The training was stopped from outside. Your photos are kept for a while: please try again.",
        [JobTimeout] = "The training took too long and was stopped. Your photos are kept for a while: please try again, or tell the operator if it happens twice.",
        [WeightsMissing] = "The training ended without a model. Your photos are kept for a while: please try again, or tell the operator if it happens twice.",
        [WeightsInvalid] = "The training produced a damaged model. Your photos are kept for a while: please try again, or use other photos if it happens twice.",
        [RepoGone] = "The model's repository no longer exists. Please upload the photos again.",
        [HubQuota] = "The storage or compute quota of this service is used up. Please tell the operator.",
        [GatedModel] = "This service may not use the base model yet. Please tell the operator, and try again when that is mended.",
        [OutOfMemory] = "The training ran out of memory. Please tell the operator, and try again when there is better hardware.",
        [NoCredit] = "The compute credit of this service is used up. Please tell the operator, and try again when there is more.",
        [Canceled] = "You cancelled the training. You can try again as long as the photos are kept, or delete the identity.",
        [Abandoned] = "The upload was not finished, so its photos were removed. Please begin again.",
        [PhotosMissing] = "Some photos were lost before the training. Please upload those again.",
        [InputChanged] = "The photos in the repository changed before the training began. Please upload them again.",
    };

    /// <summary>What a trainer can know; the rest are this service's own findings.</summary>
    private static readonly string[] Told = [JobError, JobTimeout, WeightsMissing, WeightsInvalid, GatedModel, OutOfMemory, NoCredit, InputChanged];

    public static string Text(string code) => Texts.TryGetValue(code, out var text) ? text : Texts[JobError];

    /// <summary>A trainer's code is somebody else's text: only those that are a trainer's to tell reach a record.</summary>
    public static string Known(string? code) => code is not null && Told.Contains(code) ? code : JobError;
}
