using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrainIdentity.Hub;

internal sealed record WhoAmIAnswer(string? Name, bool? CanPay, string? BillingMode, bool? IsPro, IReadOnlyList<OrgAnswer>? Orgs, AuthAnswer? Auth);

internal sealed record OrgAnswer(string? Name, string? RoleInOrg, bool? CanPay, string? BillingMode, string? Plan, IReadOnlyList<string>? SecurityRestrictions);

internal sealed record AuthAnswer(AccessTokenAnswer? AccessToken);

internal sealed record AccessTokenAnswer(string? Role, FineGrainedAnswer? FineGrained);

internal sealed record FineGrainedAnswer(IReadOnlyList<ScopeAnswer>? Scoped);

internal sealed record ScopeAnswer(EntityAnswer? Entity, IReadOnlyList<string>? Permissions);

internal sealed record EntityAnswer(string? Type, string? Name);

internal sealed record CreateRepoBody(string Name, string Organization, string Type, string Visibility);

internal sealed record DeleteRepoBody(string Name, string Organization, string Type);

internal sealed record VisibilityBody(string Visibility);

internal sealed record RepoAnswer(
    [property: JsonPropertyName("_id")] string? InternalId, string? Id, string? Sha, [property: JsonPropertyName("private")] bool? IsPrivate,
    IReadOnlyList<SiblingAnswer>? Siblings);

internal sealed record SiblingAnswer([property: JsonPropertyName("rfilename")] string? Path);

internal sealed record TreeAnswer(string? Type, string? Oid, long Size, string? Path, TreeLfsAnswer? Lfs);

internal sealed record TreeLfsAnswer(string? Oid, long Size);

internal sealed record CommitListed(string? Id, string? Title, string? Message);

internal sealed record PreuploadBody(IReadOnlyList<PreuploadFile> Files, string? GitAttributes);

internal sealed record PreuploadFile(string Path, long Size, byte[] Sample);

internal sealed record PreuploadAnswer(IReadOnlyList<PreuploadVerdict>? Files, string? CommitOid);

internal sealed record PreuploadVerdict(string? Path, string? UploadMode, bool ShouldIgnore);

internal sealed record LfsBatchBody(string Operation, IReadOnlyList<string> Transfers, [property: JsonPropertyName("hash_algo")] string HashAlgo, LfsRef Ref, IReadOnlyList<LfsObject> Objects);

internal sealed record LfsRef(string Name);

internal sealed record LfsObject(string Oid, long Size);

internal sealed record LfsBatchAnswer(IReadOnlyList<LfsObjectAnswer>? Objects);

internal sealed record LfsObjectAnswer(string? Oid, long Size, LfsObjectError? Error, LfsActions? Actions);

internal sealed record LfsObjectError(int Code, string? Message);

internal sealed record LfsActions(LfsAction? Upload, LfsAction? Verify);

internal sealed record LfsAction(string? Href, IReadOnlyDictionary<string, string>? Header);

internal sealed record LfsCompletion(string Oid, IReadOnlyList<LfsPart> Parts);

internal sealed record LfsPart(int PartNumber, string Etag);

internal sealed record CommitAnswer(bool Success, string? CommitOid);

internal sealed record JobAnswer(
    string? Id, DateTimeOffset? CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? CancelReason, IReadOnlyDictionary<string, string>? Labels, JobStatusAnswer? Status);

internal sealed record JobStatusAnswer(string? Stage, string? Message, string? CancelReason);

internal sealed record RepoStorageAnswer(string? Id, string? Visibility, long Storage);

internal sealed record LfsFileAnswer(string? FileOid, string? Oid, string? Filename);

internal sealed record LfsDeletionBody(LfsDeletions Deletions);

internal sealed record LfsDeletions(IReadOnlyList<string> Sha, bool RewriteHistory);

internal sealed record JobBody(
    string DockerImage, IReadOnlyList<string> Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> Secrets, string Flavor, int TimeoutSeconds, int Attempts,
    IReadOnlyDictionary<string, string> Labels, IReadOnlyList<JobVolume> Volumes);

internal sealed record HardwareAnswer(string? Name, string? PrettyName, [property: JsonPropertyName("unitCostUSD")] decimal? UnitCostUsd, string? UnitLabel);

internal sealed record WebhookBody(IReadOnlyList<WebhookWatched> Watched, IReadOnlyList<string> Domains, string Url, string Secret);

internal sealed record WebhookWatched(string? Type, string? Name);

/// <param name="Disabled">A flag, or the text <c>suspended-after-failure</c>.</param>
internal sealed record HubWebhookAnswer(string? Id, string? Url, JsonElement Disabled, IReadOnlyList<WebhookWatched>? Watched, IReadOnlyList<string>? Domains);

internal sealed record WebhookEnvelope(HubWebhookAnswer? Webhook);

internal sealed record JobVolume(string Type, string Source, string Revision, string MountPath, bool ReadOnly);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WhoAmIAnswer))]
[JsonSerializable(typeof(CreateRepoBody))]
[JsonSerializable(typeof(DeleteRepoBody))]
[JsonSerializable(typeof(VisibilityBody))]
[JsonSerializable(typeof(RepoAnswer))]
[JsonSerializable(typeof(List<RepoAnswer>))]
[JsonSerializable(typeof(List<TreeAnswer>))]
[JsonSerializable(typeof(List<CommitListed>))]
[JsonSerializable(typeof(PreuploadBody))]
[JsonSerializable(typeof(PreuploadAnswer))]
[JsonSerializable(typeof(LfsBatchBody))]
[JsonSerializable(typeof(LfsBatchAnswer))]
[JsonSerializable(typeof(LfsObject))]
[JsonSerializable(typeof(LfsCompletion))]
[JsonSerializable(typeof(CommitAnswer))]
[JsonSerializable(typeof(JobAnswer))]
[JsonSerializable(typeof(List<JobAnswer>))]
[JsonSerializable(typeof(JobBody))]
[JsonSerializable(typeof(List<RepoStorageAnswer>))]
[JsonSerializable(typeof(List<LfsFileAnswer>))]
[JsonSerializable(typeof(LfsDeletionBody))]
[JsonSerializable(typeof(List<HardwareAnswer>))]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(WebhookEnvelope))]
[JsonSerializable(typeof(List<HubWebhookAnswer>))]
internal sealed partial class HubJson : JsonSerializerContext;
