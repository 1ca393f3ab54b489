using Azure;
using Azure.Data.Tables;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Any sequence of calls, right ones and wrong ones, is answered alike by the table in memory and by Azurite, and leaves the same rows.</summary>
public sealed class StrictTableSequenceTests(Tables tables)
{
    private const int Calls = 40;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_sequence_ends_alike_on_both()
    {
        var first = Seed.Of(nameof(Any_sequence_ends_alike_on_both));
        for (var i = 0; i < Seed.Count(15, 500); i++)
        {
            await Seed.RunAsync(first + i, async seed =>
            {
                var memory = await RunAsync(StrictTable.Memory, seed);
                var azurite = await RunAsync(StrictTable.Azurite, seed);
                Assert.Equal(azurite, memory);
            });
        }
    }

    /// <returns>What each call was answered, then the rows; ETags are told by the number of the write that gave them.</returns>
    private async Task<IReadOnlyList<string>> RunAsync(string kind, int seed)
    {
        while (true)
        {
            var (told, tags) = await TryAsync(kind, seed);
            if (tags.Distinct().Count() == tags.Count)
            {
                return told;
            }

            // Azurite makes ETags of the time to a tenth of a millisecond; two writes within one cannot be told apart.
        }
    }

    private async Task<(IReadOnlyList<string> Told, IReadOnlyList<ETag> Tags)> TryAsync(string kind, int seed)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        var random = new Random(seed);
        List<ETag> tags = [new("W/\"datetime'2026-03-01T12%3A00%3A00.0000000Z'\"")];
        List<string> told = [];
        for (var i = 0; i < Calls; i++)
        {
            told.Add(await OneAsync(table, random, tags));
        }
        await foreach (var row in table.QueryAsync<TableEntity>(cancellationToken: Stop))
        {
            told.Add($"{row.PartitionKey} {row.RowKey} {row.GetInt32("a")} {row.GetInt32("b")} version {tags.IndexOf(row.ETag)}");
        }
        return (told, tags);
    }

    private static async Task<string> OneAsync(TableClient table, Random random, List<ETag> tags)
    {
        try
        {
            if (random.Next(4) == 0)
            {
                // One partition, since Azurite takes two; no row twice, since which fault is told first is nobody's promise.
                var drawn = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Action(random, tags, "p")).ToList();
                var actions = drawn.DistinctBy(action => action.Entity.RowKey).ToList();
                var answers = await table.SubmitTransactionAsync(actions, Stop);
                Note(tags, answers.Value.Zip(actions).Where(part => part.Second.ActionType is not TableTransactionActionType.Delete).Select(part => part.First));
                return $"transaction of {actions.Count}";
            }

            var action = Action(random, tags, random.Next(2) == 0 ? "p" : "q");
            var answer = await SendAsync(table, action);
            Note(tags, action.ActionType is TableTransactionActionType.Delete ? [] : [answer]);
            return $"{action.ActionType} {answer.Status}";
        }
        catch (TableTransactionFailedException e)
        {
            return $"transaction: {e.Status} {e.ErrorCode} at {e.FailedTransactionActionIndex}";
        }
        catch (RequestFailedException e)
        {
            return $"{e.Status} {e.ErrorCode}";
        }
    }

    private static Task<Response> SendAsync(TableClient table, TableTransactionAction action) => action.ActionType switch
    {
        TableTransactionActionType.Add => table.AddEntityAsync((TableEntity)action.Entity, Stop),
        TableTransactionActionType.UpdateReplace => table.UpdateEntityAsync((TableEntity)action.Entity, action.ETag, TableUpdateMode.Replace, Stop),
        TableTransactionActionType.UpdateMerge => table.UpdateEntityAsync((TableEntity)action.Entity, action.ETag, TableUpdateMode.Merge, Stop),
        _ => table.DeleteEntityAsync(action.Entity.PartitionKey, action.Entity.RowKey, action.ETag, Stop),
    };

    /// <summary>On one of three rows, with a version that is often an old one or another row's.</summary>
    private static TableTransactionAction Action(Random random, List<ETag> tags, string partition)
    {
        var row = new TableEntity(partition, $"r{random.Next(3)}") { [random.Next(2) == 0 ? "a" : "b"] = random.Next(100) };
        var tag = tags[random.Next(Math.Max(0, tags.Count - 4), tags.Count)];
        return random.Next(5) switch
        {
            0 or 1 => new TableTransactionAction(TableTransactionActionType.Add, row),
            2 => new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, tag),
            3 => new TableTransactionAction(TableTransactionActionType.UpdateMerge, row, tag),
            _ => new TableTransactionAction(TableTransactionActionType.Delete, row, tag),
        };
    }

    private static void Note(List<ETag> tags, IEnumerable<Response> answers) =>
        tags.AddRange(answers.Select(answer => answer.Headers.ETag).OfType<ETag>());
}
