using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary><c>erase</c>: what an operator does who is given nothing but an id.</summary>
public sealed class EraseTests(DefaultService service) : IClassFixture<DefaultService>
{
    private readonly ServiceRig _rig = service.Rig;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_identity_is_found_by_its_id_alone_and_goes_as_by_its_owners_DELETE(bool claimed)
    {
        var user = $"erased{Guid.NewGuid():N}";
        var made = (await _rig.UploadAsync(user, Uploads.Json("Mom", Uploads.Three))).Json;
        var (id, repo) = ((string)made["identityId"]!, (string)made["repoId"]!);
        await _rig.BecomesAsync(id, user, "ready");
        var run = new OperatorRun(_rig).On(_rig.Settings).With("Erasure__SecondLook", "00:00:01");
        if (!claimed)
        {
            await RowsOfService.DropClaimAsync(_rig, repo);
        }

        var (exit, output) = await run.RunAsync("erase", id);
        var again = await run.RunAsync("erase", id);

        Assert.Equal((0, 0), (exit, again.Exit));
        Assert.Null(_rig.Hub.IsPrivate(repo));
        Assert.Equal(404, (await _rig.GetAsync($"/api/identities/{id}", user)).Status);
        Assert.Empty((await _rig.GetAsync("/api/identities", user)).Json["identities"]!.AsArray());
        Assert.Contains($"Identity {id} is erased. Removed: its training jobs, its repo with 3 photos", output, StringComparison.Ordinal);
        Assert.Contains("To be looked for again", output, StringComparison.Ordinal);
        Assert.Contains("has been erased before", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(user, output + again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(repo, output + again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_id_changes_nothing()
    {
        var (exit, output) = await new OperatorRun(_rig).RunAsync("erase", Guid.CreateVersion7().ToString());

        Assert.Equal(1, exit);
        Assert.Contains("Nothing was changed.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("erase")]
    [InlineData("erase", "mom")]
    [InlineData("erase", "'; drop")]
    public async Task Without_an_id_it_says_what_it_needs(params string[] args) => Assert.Equal(2, (await new OperatorRun(_rig).RunAsync(args)).Exit);
}
