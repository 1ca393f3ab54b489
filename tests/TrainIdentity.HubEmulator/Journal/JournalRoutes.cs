using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Journal;

internal static class JournalRoutes
{
    public static void MapJournalRoutes(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/_emulator/journal", (HubJournal journal) =>
            TypedResults.Json(journal.Entries, JournalJson.Default.IReadOnlyListJournalEntry));
}
