using TrainIdentity.Tests.Rig.Sim;
using static TrainIdentity.Tests.Rig.Sim.Moment;

namespace TrainIdentity.Tests.Reliability;

/// <summary>A place where the host dies, and the story in which it comes by there.</summary>
internal sealed record CrashPoint(string Name, Func<StoryPlan, StoryPlan> Story)
{
    public override string ToString() => Name;
}

/// <summary>The crash points of an upload, at once or as a draft with or without a thumbnail, of another name, of a removal nobody asked for, of an erasure and of a webhook.</summary>
internal static class CrashPoints
{
    private const int NewsAt = 361;
    private const int DeleteAt = 10;

    /// <summary>Nothing else is written in this second.</summary>
    private const int RenameAt = 7230;

    public static IReadOnlyList<CrashPoint> All { get; } =
    [
        Upload("before the claim", new Death(Before, "table:write.claim+item")),
        Upload("claimed", new Death(After, "table:write.claim+item")),
        Upload("before the reservation", new Death(Before, "table:write.key+quota+record")),
        Upload("reserved", new Death(After, "table:write.key+quota+record")),
        Upload("before the creation", new Death(Before, "hub:create")),
        Upload("created, answer unread", new Death(After, "hub:create")),
        Upload("created, before the write", new Death(Before, "table:update.record", 2)),
        Upload("repo ready", new Death(After, "table:update.record", 2)),
        Upload("some photos sent", new Death(Before, "storage:put", 3)),
        Upload("photos sent, before the check", new Death(Before, "hub:verify")),
        Upload("photos checked, before the write", new Death(After, "hub:batch", 2)),
        Upload("uploaded", new Death(After, "table:update.record", 3)),
        Upload("before the commit", new Death(Before, "hub:commit")),
        Upload("committed, answer unread", new Death(After, "hub:commit")),
        Upload("tree compared, before the write", new Death(After, "hub:tree")),
        Upload("before the job list", new Death(Before, "hub:jobs.list")),
        Upload("before the job start", new Death(Before, "hub:jobs.start")),
        Upload("job started, answer unread", new Death(After, "hub:jobs.start")),
        Upload("in training, before the answer", new Death(After, "table:delete.item", 2)),
        Draft("claimed", new Death(After, "table:write.claim+item")),
        Draft("recorded", new Death(After, "table:write.key+quota+record")),
        Draft("repo created, answer unread", new Death(After, "hub:create")),
        Draft("repo created, before the write", new Death(Before, "table:update.record", 2)),
        Draft("open, before the answer", new Death(After, "table:update.record", 2)),
        Draft("photo sent, before its check", new Death(After, "storage:put")),
        Draft("photo stored, before its row", new Death(Before, "table:write.photo+quota+record")),
        Draft("photo kept, before the answer", new Death(After, "table:write.photo+quota+record", 2)),
        Draft("before it closes", new Death(Before, "table:query.owner")),
        Draft("closed", new Death(After, "table:write.quota+record")),
        Draft("closed, photos checked", new Death(After, "hub:batch", 7)),
        Lost("missing photos seen", new Death(After, "hub:batch", 7)),
        Lost("reopened", new Death(After, "table:write.photo+quota+record", 4)),
        Thumbnail("sent, before its row", lost: false, new Death(Before, "table:write.quota+record+thumbnail")),
        Thumbnail("kept, before the answer", lost: false, new Death(After, "table:write.quota+record+thumbnail")),
        Thumbnail("missing, before the write", lost: true, new Death(Before, "table:write.quota+record+thumbnail", 2)),
        Thumbnail("missing, after the write", lost: true, new Death(After, "table:write.quota+record+thumbnail", 2)),
        Thumbnail("missing with a photo, reopened", lost: true, new Death(After, "table:write.photo+quota+record+thumbnail"), photo: true),
        Rename("before the write", new Death(Before, "table:update.record", 1, RenameAt)),
        Rename("after the write", new Death(After, "table:update.record", 1, RenameAt)),
        Tick("driver takes over", new Death(Before, "hub:commit"), new Death(After, "table:update.record")),
        Tick("driver takes over a launch", new Death(After, "hub:jobs.start"), new Death(After, "table:update.record")),
        Tick("removal, jobs looked for", new Death(Before, "storage:put", 2), new Death(After, "hub:jobs.list")),
        Tick("removal, buried", new Death(Before, "storage:put", 2), new Death(After, "table:write.item+tombstone")),
        Tick("removal, deleted", new Death(Before, "storage:put", 2), new Death(After, "hub:delete")),
        Tick("removal, released", new Death(Before, "storage:put", 2), new Death(After, "table:delete.claim")),
        Tick("removal, before the last write", new Death(Before, "storage:put", 2), new Death(Before, "table:write.quota+record")),
        Tick("removal, after the last write", new Death(Before, "storage:put", 2), new Death(After, "table:write.quota+record")),
        Erasure("marked", new Death(After, "table:update.record", 1, DeleteAt)),
        Erasure("job cancelled", new Death(After, "hub:jobs.cancel", 1, DeleteAt)),
        Erasure("buried", new Death(After, "table:write.item+tombstone", 1, DeleteAt)),
        Erasure("deleted", new Death(After, "hub:delete", 1, DeleteAt)),
        Erasure("before the rows go", new Death(Before, "table:write.key+quota+record", 1, DeleteAt)),
        Erasure("rows gone", new Death(After, "table:write.key+quota+record", 1, DeleteAt)),
        Erasure("claim released", new Death(After, "table:delete.claim", 1, DeleteAt)),
        News("claim found", new Death(After, "table:get.claim", 1, NewsAt)),
        News("made due", new Death(After, "table:add.item", 1, NewsAt)),
        News("looked, before the write", new Death(Before, "table:update.record", 1, NewsAt)),
        News("looked, after the write", new Death(After, "table:update.record", 1, NewsAt)),
    ];

    private static CrashPoint Upload(string name, Death death) =>
        new($"upload: {name}", plan => Bare(plan) with { Drafted = false, Wish = Wish.Nothing, News = [], Deaths = [death] });

    private static CrashPoint Draft(string name, Death death) =>
        new($"draft: {name}", plan => Bare(plan) with { Drafted = true, Loses = false, Wish = Wish.Nothing, News = [], Deaths = [death] });

    private static CrashPoint Lost(string name, Death death) =>
        new($"draft: {name}", plan => Bare(plan) with { Drafted = true, Loses = true, Wish = Wish.Nothing, News = [], Deaths = [death] });

    private static CrashPoint Thumbnail(string name, bool lost, Death death, bool photo = false) =>
        new($"thumbnail: {name}", plan => Bare(plan) with { Drafted = true, Pictured = true, LosesThumbnail = lost, Loses = photo, Wish = Wish.Nothing, News = [], Deaths = [death] });

    private static CrashPoint Rename(string name, Death death) =>
        new($"rename: {name}", plan => Bare(plan) with { Drafted = false, RenameAfter = TimeSpan.FromSeconds(RenameAt), Wish = Wish.Nothing, News = [], Deaths = [death] });

    private static CrashPoint Tick(string name, params Death[] deaths) =>
        new($"tick: {name}", plan => Bare(plan) with { Drafted = false, Wish = Wish.Nothing, News = [], Repeats = false, Deaths = deaths });

    private static CrashPoint Erasure(string name, Death death) =>
        new($"erasure: {name}", plan => Bare(plan) with { Drafted = false, Wish = Wish.Delete, WishAfter = TimeSpan.FromSeconds(DeleteAt), News = [], Deaths = [death] });

    private static CrashPoint News(string name, Death death) =>
        new($"webhook: {name}", plan => Bare(plan) with { Drafted = false, Wish = Wish.Nothing, News = [TimeSpan.FromSeconds(NewsAt)], Deaths = [death] });

    /// <summary>Without what would come between and be counted.</summary>
    private static StoryPlan Bare(StoryPlan plan) => plan with { Pictured = false, LosesThumbnail = false, RenameAfter = null };
}
