using System.Diagnostics;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Auth;

/// <summary>Every token of the lists, through the whole service: the same answer at every door, and nothing left behind.</summary>
public sealed class TokenCasesTests(TokenCaseService service) : IClassFixture<TokenCaseService>
{
    // A case about the edge of a minute is only that while its token is as old as it was made.
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(900);

    private static readonly IReadOnlyDictionary<string, TokenCase> RefusedCases = TokenCase.Read("tokens-refused.json");
    private static readonly IReadOnlyDictionary<string, TokenCase> AcceptedCases = TokenCase.Read("tokens-accepted.json");

    public static TheoryData<string> RefusedIds => [.. RefusedCases.Keys];

    public static TheoryData<string> AcceptedIds => [.. AcceptedCases.Keys];

    [Theory]
    [MemberData(nameof(RefusedIds))]
    public async Task Is_refused_and_leaves_nothing_behind(string id)
    {
        var one = RefusedCases[id];

        var upload = await FreshAsync(one, (lines, query) => TokenWire.UploadAsync(service.Rig.Stack.Service, lines, query, one.Form));
        var list = await FreshAsync(one, (lines, query) => TokenWire.ListAsync(service.Rig.Stack.Service, lines, query));

        service.LetSomebodyIn |= upload.Status is 200;
        Assert.All([upload, list], answer => Assert.True(IsRight(one, answer), $"{one.What}: {answer}"));
        if (!service.LetSomebodyIn)
        {
            Assert.Empty(service.Rig.Hub.Journal.Entries);
            Assert.Empty(await service.RowsAsync());
        }
    }

    [Theory]
    [MemberData(nameof(AcceptedIds))]
    public async Task Is_let_in(string id)
    {
        var one = AcceptedCases[id];

        var list = await FreshAsync(one, (lines, query) => TokenWire.ListAsync(service.Rig.Stack.Service, lines, query));

        Assert.True(list == (200, null), $"{one.What}: {list}");
    }

    private static bool IsRight(TokenCase one, (int Status, string? Code) answer) =>
        answer == (one.Status, one.Code) || (answer.Status == one.OrStatus && answer.Code is null);

    private async Task<(int Status, string? Code)> FreshAsync(TokenCase one, Func<IEnumerable<string>, string, Task<(int Status, string? Code)>> send)
    {
        while (true)
        {
            ServiceRig.Stop.ThrowIfCancellationRequested();
            var made = Stopwatch.StartNew();
            var token = service.Mint.Token(one, DateTimeOffset.UtcNow);
            var answer = await send(one.Lines.Select(With), With(one.Query));
            if (made.Elapsed < Fresh || IsRight(one, answer))
            {
                return answer;
            }

            string With(string text) => text.Replace("{token}", token, StringComparison.Ordinal);
        }
    }
}
