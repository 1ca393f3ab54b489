using System.Globalization;
using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>What is asked of the Hub, and what its answers mean, component by component. Trouble with one leaves it unknown.</summary>
/// <param name="trainer">The Hub with the token that jobs are given.</param>
internal sealed class PreflightQuestions(HubClient hub, HubClient trainer, IdentityTables tables, TrainingOptions options, TrainingProfiles profiles)
{
    public const string HubToken = "hub_token";
    public const string TrainerToken = "trainer_token";
    public const string BaseModel = "base_model";
    public const string Hardware = "hardware";
    public const string Credit = "credit";
    public const string PrivateStorage = "private_storage";

    public static readonly IReadOnlyList<string> Components = [HubToken, TrainerToken, BaseModel, Hardware, Credit, PrivateStorage];

    /// <summary>The Hub tells of missing credit only by refusing; so long after that nobody is asked for photos.</summary>
    private static readonly TimeSpan CreditLook = TimeSpan.FromMinutes(15);

    private bool Jobs => options.Mode is TrainingMode.Jobs;

    public async Task<PreflightReport> AskAsync(CancellationToken stop)
    {
        List<PreflightCheck> checks = [];
        var standing = await KnownAsync(checks, HubToken, () => hub.Account.StandingAsync(Jobs, stop));
        if (standing is not null)
        {
            checks.Add(Of(HubToken, standing.Scope.Suffices, string.Join(' ', standing.Scope.Lacks), $"The token of {standing.Scope.Owner} may do what is needed."));
            await AddAsync(checks, PrivateStorage, () => StorageAsync(standing, stop));
        }
        if (!Jobs)
        {
            return new PreflightReport(checks, new Dictionary<string, decimal>());
        }

        if (await KnownAsync(checks, TrainerToken, () => trainer.Account.ScopeAsync(needsJobs: false, stop)) is { } scope)
        {
            checks.Add(Of(TrainerToken, scope.Suffices, string.Join(' ', scope.Lacks), $"The token of {scope.Owner} may write what jobs make."));
            foreach (var model in profiles.All.Select(profile => profile.BaseModel).Distinct())
            {
                await AddAsync(checks, BaseModel, () => ReadableAsync(model, scope.Owner, stop));
            }
        }
        if (standing is not null)
        {
            checks.Add(await CreditAsync(standing, stop));
        }
        var prices = await KnownAsync(checks, Hardware, () => hub.Jobs.HourlyPricesAsync(stop)) ?? new Dictionary<string, decimal>();
        if (prices.Count > 0)
        {
            checks.AddRange(profiles.All.Select(profile => profile.Flavor).Distinct().Select(flavor => Offered(flavor, prices)));
        }
        return new PreflightReport(checks, prices);
    }

    private async Task<PreflightCheck> ReadableAsync(string model, string owner, CancellationToken stop) => Of(
        BaseModel, await trainer.Repos.MayReadAsync(RepoId.Parse(model), stop),
        $"{owner}, whose token jobs are given, may not read {model}: accept its terms at {hub.WebAddress(RepoId.Parse(model))} with that account, and let the token read gated repos.",
        $"{model} can be read.") with { Subject = model };

    private static PreflightCheck Offered(string flavor, IReadOnlyDictionary<string, decimal> prices) => Of(
        Hardware, prices.ContainsKey(flavor), $"Hardware {flavor} is not on offer; set Training__Flavor to one of {string.Join(", ", prices.Keys.Order())}.",
        prices.TryGetValue(flavor, out var price) ? string.Create(CultureInfo.InvariantCulture, $"Hardware {flavor} costs {price:0.00##} USD an hour.") : "") with { Subject = flavor };

    private async Task<PreflightCheck> CreditAsync(HubStanding standing, CancellationToken stop)
    {
        if (await RefusedAtAsync(stop) is { } refused && tables.Clock.GetUtcNow() < refused + CreditLook)
        {
            return new PreflightCheck(Credit, PreflightState.Lacking, "The Hub has just refused a job for lack of credit: buy some in the billing settings of the namespace.");
        }
        return standing.CanPay switch
        {
            true => new PreflightCheck(Credit, PreflightState.Fine, "The namespace can pay for jobs."),
            false => new PreflightCheck(Credit, PreflightState.Lacking, "The namespace cannot pay for jobs: add a payment method or credit in its billing settings."),
            null => new PreflightCheck(Credit, PreflightState.Untold, "The namespace is prepaid, and the Hub does not say how much is left: look at its billing settings."),
        };
    }

    private async Task<DateTimeOffset?> RefusedAtAsync(CancellationToken stop)
    {
        try
        {
            return (await tables.Service.GetAsync(Preflight.CreditRow, stop)).GetDateTimeOffset("refused_at");
        }
        catch (Exception e) when (TableTrouble.Is(e))
        {
            // What the Hub itself says counts alone then.
            return null;
        }
    }

    private async Task<PreflightCheck> StorageAsync(HubStanding standing, CancellationToken stop)
    {
        var allowance = options.PrivateStorageBytes ?? standing.PrivateBytes;
        if (await hub.Account.PrivateBytesAsync(await hub.Account.NamespaceAsync(stop), stop) is not { } used)
        {
            return new PreflightCheck(PrivateStorage, PreflightState.Untold, "The Hub does not say how much private storage the namespace uses: look at its billing settings.");
        }

        var figures = string.Create(CultureInfo.InvariantCulture, $"{used / 1e9:0.0} of {allowance / 1e9:0} GB of private storage are used");
        return Of(
            PrivateStorage, allowance - used >= options.PrivateStorageReserveBytes,
            $"{figures}: delete identities or repos, buy more, or set Training__PrivateStorageBytes to what the plan has.", $"{figures}.");
    }

    private static PreflightCheck Of(string component, bool fine, string lack, string words) =>
        fine ? new(component, PreflightState.Fine, words) : new(component, PreflightState.Lacking, lack);

    private static async Task<T?> KnownAsync<T>(List<PreflightCheck> checks, string component, Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (HubException e) when (e is { TokenRefused: true, Status: not null })
        {
            checks.Add(new PreflightCheck(component, PreflightState.Lacking, $"The Hub refuses the token of {Setting(component)} ({e.Message}): make a new one and set it there."));
            return null;
        }
        catch (HubException e) when (e is { Fault: HubFault.Auth, Status: null })
        {
            // Whoever wants to train is told so by another rule; here it would outlast its mending.
            checks.Add(new PreflightCheck(component, PreflightState.Unknown, $"No token is set as {Setting(component)}."));
            return null;
        }
        catch (HubException e)
        {
            checks.Add(new PreflightCheck(component, PreflightState.Unknown, $"The Hub gave no answer ({e.Message})."));
            return null;
        }
    }

    private static string Setting(string component) => component is TrainerToken or BaseModel ? "HUGGINGFACE_TRAINER_TOKEN" : "HUGGINGFACE_TOKEN";

    private static async Task AddAsync(List<PreflightCheck> checks, string component, Func<Task<PreflightCheck>> ask)
    {
        if (await KnownAsync(checks, component, ask) is { } check)
        {
            checks.Add(check);
        }
    }
}
