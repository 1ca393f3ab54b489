using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>
/// An identity as a table row. The original's columns keep their names; the table gives no nulls, so what is null is left
/// out, and rows are replaced whole, never merged.
/// </summary>
internal static class IdentityRow
{
    private const string PublicVersion = "v1";

    public static string Key(IdentityId id) => "i_" + id.RowDigits;

    public static string Partition(string ownerKey) => "u_" + ownerKey;

    public static TableEntity Write(Identity identity, Guid opId)
    {
        var row = new TableEntity(Partition(identity.OwnerKey), Key(identity.Id))
        {
            [RowFormat.Column] = RowFormat.Current,
            ["op_id"] = opId,
            ["seq"] = identity.Seq,
            ["version"] = PublicVersion,
            ["identity_name"] = identity.Name,
            ["name_in_repo"] = identity.NameInRepo,
            ["user_id"] = identity.UserId,
            ["model_id"] = identity.Repo.ToString(),
            ["num_training_images"] = identity.PhotoCount,
            ["photo_bytes"] = identity.Bytes,
            ["status"] = PublicStatus.Of(identity.State),
            ["state"] = identity.State.ToString(),
            ["training_config"] = identity.Plan.ToJson(),
            ["manifest"] = JsonSerializer.Serialize([.. identity.Photos], RowJson.Default.ListManifestPhoto),
            ["fingerprint"] = identity.Fingerprint,
            ["key_row"] = identity.KeyRow,
            ["key_given"] = identity.KeyGiven,
            ["drafted"] = identity.Drafted,
            ["draft_photos"] = identity.DraftPhotos,
            ["lost_photos"] = string.Join(',', identity.LostPhotos),
            ["slot_held"] = identity.SlotHeld,
            ["tries"] = identity.Tries,
            ["client_seen_at"] = identity.ClientSeenAt,
            ["attempt"] = identity.Attempt,
            ["job_attempt"] = identity.JobAttempt,
            ["first_job_attempt"] = identity.FirstJobAttempt,
            ["relaunched"] = identity.Relaunched,
            ["launch_tries"] = identity.LaunchTries,
            ["photo_retention"] = identity.Retention.ToString(),
            ["estimated_micro_usd"] = identity.EstimatedMicroUsd,
            ["spent_micro_usd"] = identity.SpentMicroUsd,
            ["links_given"] = identity.LinksGiven,
            ["created_at"] = identity.CreatedAt,
            ["updated_at"] = identity.UpdatedAt,
        };
        Optional(row, identity);
        return row;
    }

    private static void Optional(TableEntity row, Identity identity)
    {
        Put(row, "thumbnail", identity.Thumbnail is { } thumbnail ? JsonSerializer.Serialize(thumbnail, RowJson.Default.ManifestPhoto) : null);
        Put(row, "previews", identity.Previews.Count > 0 ? JsonSerializer.Serialize([.. identity.Previews], RowJson.Default.ListManifestPhoto) : null);
        Put(row, "photos_removed_at", identity.PhotosRemovedAt);
        Put(row, "counted_at", identity.CountedAt);
        Put(row, "usd_per_hour", (double?)identity.UsdPerHour);
        Put(row, "link_given_at", identity.LinkGivenAt);
        Put(row, "thumbnail_url", PublicStatus.ThumbnailUrl(identity));
        Put(row, "hub_repo_id", identity.HubRepoId);
        Put(row, "huggingface_repo_url", identity.RepoUrl);
        Put(row, "base_commit", identity.BaseCommit);
        Put(row, "commit_oid", identity.CommitOid);
        Put(row, "job", identity.Job is { } job ? JsonSerializer.Serialize(job, RowJson.Default.JobSeen) : null);
        Put(row, "progress", identity.Progress is { } progress ? JsonSerializer.Serialize(progress, RowJson.Default.TrainingProgress) : null);
        Put(row, "launch_intent_at", identity.LaunchIntentAt);
        Put(row, "launch_missed_at", identity.LaunchMissedAt);
        Put(row, "weights", identity.Weights is { } weights ? JsonSerializer.Serialize(weights, RowJson.Default.VerifiedWeights) : null);
        Put(row, "trained_at", identity.TrainedAt);
        Put(row, "error_code", identity.FailureCode);
        Put(row, "error_message", identity.FailureCode is { } code ? Failures.Text(code) : null);
        Put(row, "retain_until", identity.RetainUntil);
        Put(row, "consent", identity.Consent is { } consent ? JsonSerializer.Serialize(consent, RowJson.Default.Consent) : null);
        Put(row, "trace_parent", identity.TraceParent);
        Put(row, "cancel_asked_at", identity.CancelAskedAt);
        Put(row, "missing_since", identity.MissingSince);
        Put(row, "public_since", identity.PublicSince);
        Put(row, "ending_since", identity.EndingSince);
        Put(row, "looked_at", identity.LookedAt);
        Put(row, "lease_owner", identity.Lease?.Owner);
        Put(row, "lease_until", identity.Lease?.Until);
        Put(row, "lease_fence", identity.Lease?.Fence);
        Put(row, "due_at", identity.DueAt);
        Put(row, "deadline_at", identity.DeadlineAt);
    }

    /// <exception cref="LaterRowException">A later version wrote it.</exception>
    public static Identity Read(TableEntity row) => OfThisFormat(RowFormat.Known(row));

    private static Identity OfThisFormat(TableEntity row) => new()
    {
        Id = IdentityId.FromRowDigits(row.RowKey[2..]),
        OwnerKey = row.PartitionKey[2..],
        UserId = row.GetString("user_id"),
        Name = row.GetString("identity_name"),
        NameInRepo = row.GetString("name_in_repo"),
        Repo = RepoId.Parse(row.GetString("model_id")),
        Photos = JsonSerializer.Deserialize(row.GetString("manifest"), RowJson.Default.ListManifestPhoto)!,
        Plan = TrainingPlan.FromJson(row.GetString("training_config")),
        Fingerprint = row.GetString("fingerprint"),
        KeyRow = row.GetString("key_row"),
        KeyGiven = row.GetBoolean("key_given")!.Value,
        Drafted = row.GetBoolean("drafted")!.Value,
        DraftPhotos = row.GetInt32("draft_photos")!.Value,
        LostPhotos = [.. row.GetString("lost_photos").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, CultureInfo.InvariantCulture))],
        SlotHeld = row.GetBoolean("slot_held")!.Value,
        Tries = row.GetInt32("tries")!.Value,
        CreatedAt = row.GetDateTimeOffset("created_at")!.Value,
        UpdatedAt = row.GetDateTimeOffset("updated_at")!.Value,
        State = Enum.Parse<IdentityState>(row.GetString("state")),
        Seq = row.GetInt64("seq")!.Value,
        Attempt = row.GetInt32("attempt")!.Value,
        JobAttempt = row.GetInt32("job_attempt")!.Value,
        FirstJobAttempt = row.GetInt32("first_job_attempt")!.Value,
        Relaunched = row.GetBoolean("relaunched")!.Value,
        LaunchTries = row.GetInt32("launch_tries")!.Value,
        ClientSeenAt = row.GetDateTimeOffset("client_seen_at")!.Value,
        Thumbnail = row.GetString("thumbnail") is { } thumbnail ? JsonSerializer.Deserialize(thumbnail, RowJson.Default.ManifestPhoto) : null,
        Previews = row.GetString("previews") is { } previews ? JsonSerializer.Deserialize(previews, RowJson.Default.ListManifestPhoto)! : [],
        Retention = PhotoRetention.Parse(row.GetString("photo_retention"))!,
        PhotosRemovedAt = row.GetDateTimeOffset("photos_removed_at"),
        CountedAt = row.GetDateTimeOffset("counted_at"),
        EstimatedMicroUsd = row.GetInt64("estimated_micro_usd")!.Value,
        UsdPerHour = (decimal?)row.GetDouble("usd_per_hour"),
        SpentMicroUsd = row.GetInt64("spent_micro_usd")!.Value,
        LinksGiven = row.GetInt32("links_given")!.Value,
        LinkGivenAt = row.GetDateTimeOffset("link_given_at"),
        HubRepoId = row.GetString("hub_repo_id"),
        RepoUrl = row.GetString("huggingface_repo_url"),
        BaseCommit = row.GetString("base_commit"),
        CommitOid = row.GetString("commit_oid"),
        Job = row.GetString("job") is { } job ? JsonSerializer.Deserialize(job, RowJson.Default.JobSeen) : null,
        Progress = row.GetString("progress") is { } progress ? JsonSerializer.Deserialize(progress, RowJson.Default.TrainingProgress) : null,
        LaunchIntentAt = row.GetDateTimeOffset("launch_intent_at"),
        LaunchMissedAt = row.GetDateTimeOffset("launch_missed_at"),
        Weights = row.GetString("weights") is { } weights ? JsonSerializer.Deserialize(weights, RowJson.Default.VerifiedWeights) : null,
        TrainedAt = row.GetDateTimeOffset("trained_at"),
        FailureCode = row.GetString("error_code"),
        RetainUntil = row.GetDateTimeOffset("retain_until"),
        Consent = row.GetString("consent") is { } consent ? JsonSerializer.Deserialize(consent, RowJson.Default.Consent) : null,
        TraceParent = row.GetString("trace_parent"),
        CancelAskedAt = row.GetDateTimeOffset("cancel_asked_at"),
        MissingSince = row.GetDateTimeOffset("missing_since"),
        PublicSince = row.GetDateTimeOffset("public_since"),
        EndingSince = row.GetDateTimeOffset("ending_since"),
        LookedAt = row.GetDateTimeOffset("looked_at"),
        Lease = row.GetString("lease_owner") is { } owner
            ? new Lease(owner, row.GetDateTimeOffset("lease_until")!.Value, row.GetInt32("lease_fence")!.Value)
            : null,
        DueAt = row.GetDateTimeOffset("due_at"),
        DeadlineAt = row.GetDateTimeOffset("deadline_at"),
        Tag = row.ETag,
    };

    private static void Put(TableEntity row, string name, object? value)
    {
        if (value is not null)
        {
            row[name] = value;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<ManifestPhoto>))]
[JsonSerializable(typeof(ManifestPhoto))]
[JsonSerializable(typeof(JobSeen))]
[JsonSerializable(typeof(TrainingProgress))]
[JsonSerializable(typeof(VerifiedWeights))]
[JsonSerializable(typeof(Consent))]
internal sealed partial class RowJson : JsonSerializerContext;
