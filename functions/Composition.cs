using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Identities.Steps;
using TrainIdentity.Photos;
using TrainIdentity.Secrets;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary>What is made of the settings, in the order in which data flows: caller, photos, Hub, record, training.</summary>
internal static class Composition
{
    /// <param name="credential">Makes the sign-in to Azure, from the client id of a user-assigned identity; null for the managed identity.</param>
    public static void AddTrainIdentity(this IServiceCollection services, Settings settings, IConfiguration configuration, Func<string?, TokenCredential>? credential = null)
    {
        // The framework's default finds types by reflection and is cut out of the deployed program.
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolver = ApiJson.Default);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new OutgoingClients(settings));
        services.AddSingleton(settings.Training);
        services.AddSingleton(_ => new Terms(settings.Training, settings.Retention));
        services.AddSingleton(settings.Reconcile);
        services.AddSingleton(settings.Intake);
        services.AddSingleton(settings.Limits);
        services.AddSingleton(new Cors(settings.Cors));
        services.AddSingleton(new Guards(settings.Limits));
        services.AddSingleton(new Admission(settings.Limits));
        services.AddSingleton(_ => new Rates(settings.Rate));
        services.AddSingleton(settings.SignIn);
        services.AddSingleton(new AppFiles(Path.Combine(AppContext.BaseDirectory, "wwwroot", "app")));
        services.AddSingleton(settings.Webhook);
        services.AddSingleton<WebhookRate>();
        AddSecrets(services, settings, configuration, credential);
        services.AddSingleton(all => new BearerTokens(
            settings.Auth, all.Clients().Identity, settings.Local, all.Clock(), async stop => (await all.GetRequiredService<SecretCache>().GetAsync(stop)).SupabaseJwtSecret));
        services.AddSingleton(new PhotoReader(settings.Photos, new PhotoSpool(settings.Spool)));
        services.AddSingleton(all => new UploadRequest(all.GetRequiredService<PhotoReader>(), settings.Intake, settings.Consent, all.Terms().Consent, all.Clock(), all.Log<UploadRequest>()));
        services.AddSingleton<Configured>();
        services.AddSingleton(all => new StorageClock(all.Clock()));
        services.AddSingleton(all => new IdentityTables(
            settings.Storage, all.GetRequiredService<StorageClock>(), null, all.Clients().Tables, credential?.Invoke(settings.Storage.ManagedIdentityClientId)));
        services.AddSingleton(all => new HubClient(all.Clients().Hub, all.Clients().Storage, settings.Hub, settings.Local, HubToken(all), all.Clock(), all.GetRequiredService<Telemetry>()));
        services.AddSingleton(all => NewPreflight(all, settings));
        services.AddSingleton(all => new LimitsEndpoint(settings, all.Terms(), all.GetRequiredService<Preflight>()));
        AddIdentities(services, settings);
    }

    /// <summary>Without a token there is nobody to ask, and nothing else could be done either.</summary>
    private static Preflight NewPreflight(IServiceProvider all, Settings settings)
    {
        var secrets = all.GetRequiredService<SecretCache>();
        var trainer = new HubClient(
            all.Clients().Hub, all.Clients().Storage, settings.Hub, settings.Local,
            async stop => (await secrets.GetAsync(stop)).TrainerToken ?? throw new HubException(HubFault.Auth, "token", "no trainer token is configured"), all.Clock());
        return new Preflight(
            async stop => (await secrets.GetAsync(stop)).HubToken is null
                ? PreflightReport.Nothing
                : await new PreflightQuestions(all.Hub(), trainer, all.Tables(), settings.Training, all.Terms().Profiles).AskAsync(stop),
            all.Clock(), all.Log<Preflight>());
    }

    private static void AddSecrets(IServiceCollection services, Settings settings, IConfiguration configuration, Func<string?, TokenCredential>? credential)
    {
        if (settings.KeyVault.Uri is not null)
        {
            services.AddSingleton(all => Vault.Open(settings.KeyVault, settings.Local, all.Clients().Vault, credential?.Invoke(settings.KeyVault.ManagedIdentityClientId)));
        }
        services.AddSingleton(all =>
        {
            var vault = all.GetService<SecretClient>();
            return new SecretCache(
                async stop => Known(vault is null ? FromSettings(configuration) : await Vault.ReadAsync(vault, all.Clock(), stop)),
                settings.Secrets, all.Clock(), all.GetRequiredService<ILogger<SecretCache>>(), all.GetRequiredService<Telemetry>());
        });
    }

    private static void AddIdentities(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Telemetry>();
        services.AddSingleton(all => new Alerts(all.Tables(), all.GetRequiredService<Telemetry>(), all.Tables().Clock, all.Log<Alerts>()));
        services.AddSingleton(all => new StartBudget(all.Tables(), settings.Training, all.GetRequiredService<Preflight>(), all.GetRequiredService<Alerts>(), all.GetRequiredService<Telemetry>()));
        services.AddSingleton(all => new KeyTombstones(all.Tables().Index, async stop => (await all.GetRequiredService<SecretCache>().GetAsync(stop)).KeySalt));
        services.AddSingleton(all => new RepoStep(all.Hub(), all.Tables().Index, settings.Intake));
        services.AddSingleton(all => NewDrive(all, settings));
        services.AddSingleton(all => new RepoNames(all.Tables(), all.Hub(), settings.Intake));
        services.AddSingleton(all => new Intake(
            all.Tables(), all.GetRequiredService<RepoNames>(), all.GetRequiredService<Drive>(), all.GetRequiredService<StartBudget>(), all.GetRequiredService<KeyTombstones>(),
            settings.Intake, settings.Quota, all.Terms(), all.Tables().Clock));
        services.AddSingleton(all => new RepoWatch(all.Hub(), all.Tables(), all.GetRequiredService<Alerts>(), settings.Watch));
        services.AddSingleton(all => new TrainingWatch(
            all.Hub(), all.GetRequiredService<RepoWatch>(), new PhotoRemoval(all.Hub(), all.GetRequiredService<Alerts>(), all.Tables().Clock), all.GetRequiredService<StartBudget>(),
            settings.Training, settings.Watch, settings.Intake.Deadline,
            all.Tables().Clock, all.GetRequiredService<Telemetry>(), all.Log<TrainingWatch>()));
        services.AddSingleton(all => new HubRemoval(all.Hub(), all.Tables().Index, settings.Training.Mode is TrainingMode.Jobs, all.Tables().Clock));
        services.AddSingleton(all => new Erasure(
            all.Tables(), all.GetRequiredService<HubRemoval>(), all.GetRequiredService<KeyTombstones>(), settings.Erasure, all.Tables().Clock, all.Log<Erasure>()));
        services.AddSingleton(all => new Upkeep(
            all.Tables(), all.GetRequiredService<Preflight>(), settings.Training,
            new Census(all.Tables(), all.GetRequiredService<Alerts>(), settings.Reconcile.CensusEvery),
            new NamespaceAudit(all.Tables(), all.Hub(), all.GetRequiredService<Alerts>(), settings.Reconcile.CensusEvery),
            all.GetRequiredService<Alerts>(), all.GetRequiredService<Telemetry>(), all.Log<Upkeep>()));
        services.AddSingleton(all => new Reconciler(
            all.Tables(), all.GetRequiredService<Drive>(), all.GetRequiredService<TrainingWatch>(),
            new DraftWatch(all.GetRequiredService<RepoWatch>(), settings.Intake, all.Tables().Clock), all.GetRequiredService<Erasure>(), all.GetRequiredService<HubRemoval>(),
            new Orphans(all.Tables(), all.GetRequiredService<HubRemoval>()), new Accounts(all.Tables()), all.GetRequiredService<Upkeep>(), all.GetRequiredService<Alerts>(), all.Hub().Pace,
            settings.Reconcile, all.Log<Reconciler>()));
        services.AddSingleton(all => new TrainingNews(all.Tables(), all.GetRequiredService<Reconciler>(), settings.Watch, all.Log<TrainingNews>()));
        services.AddSingleton(all => new Drafts(
            all.Tables(),
            new DraftIntake(
                all.Tables(), all.GetRequiredService<RepoNames>(), all.GetRequiredService<Drive>(), all.GetRequiredService<StartBudget>(), all.GetRequiredService<KeyTombstones>(), settings.Intake,
                settings.Quota, all.Terms().Retention, all.Tables().Clock),
            all.GetRequiredService<RepoStep>(), all.Hub(), all.GetRequiredService<Reconciler>(), all.GetRequiredService<StartBudget>(), settings.Intake, settings.Quota,
            all.Log<Drafts>()));
        services.AddSingleton(all => new Pictures(all.Hub()));
        services.AddSingleton(all => new WeightsLinks(all.Hub(), all.Tables(), all.GetRequiredService<Telemetry>(), all.Log<WeightsLinks>()));
        services.AddSingleton(all => new IdentityActions(
            all.Tables(), all.GetRequiredService<Reconciler>(), all.GetRequiredService<StartBudget>(), settings.Training, settings.Intake, settings.Quota,
            all.Log<IdentityActions>()));
    }

    private static Drive NewDrive(IServiceProvider all, Settings settings)
    {
        var hub = all.Hub();
        var repos = all.GetRequiredService<RepoStep>();
        var secrets = all.GetRequiredService<SecretCache>();
        return new Drive(
            repos,
            new PhotoStep(hub, repos, settings.Intake),
            new CommitStep(hub, repos, settings.Lease),
            new LaunchStep(
                hub, settings.Training, settings.Environment, async stop => (await secrets.GetAsync(stop)).TrainerToken, settings.Watch,
                all.GetRequiredService<StartBudget>(), settings.Intake),
            new DriveOptions(settings.Lease, settings.Intake, settings.Training.FailedKept, settings.Watch.Settled, all.Tables().Clock),
            all.GetRequiredService<Alerts>(),
            all.GetRequiredService<Telemetry>(),
            all.Log<Drive>());
    }

    private static HubToken HubToken(IServiceProvider all)
    {
        var secrets = all.GetRequiredService<SecretCache>();
        return new HubToken(async stop => Required(await secrets.GetAsync(stop)), async stop => Required(await secrets.RenewedAsync(stop)));

        static string Required(SecretSnapshot known) => known.HubToken ?? throw new HubException(HubFault.Auth, "token", "no token is configured");
    }

    /// <summary>From now on none of them is printed, whatever text it turns up in.</summary>
    private static SecretSnapshot Known(SecretSnapshot read)
    {
        Redaction.Hide(read.HubToken, read.TrainerToken, read.WebhookSecret, read.PreviousWebhookSecret, read.SupabaseJwtSecret, read.KeySalt);
        return read;
    }

    // A pasted token often ends in a line break, which no HTTP header can carry.
    private static SecretSnapshot FromSettings(IConfiguration from) => SecretSnapshot.From(name => from[name.Setting]?.Trim() is { Length: > 0 } value ? value : null);

    private static TimeProvider Clock(this IServiceProvider all) => all.GetRequiredService<TimeProvider>();

    private static OutgoingClients Clients(this IServiceProvider all) => all.GetRequiredService<OutgoingClients>();

    private static IdentityTables Tables(this IServiceProvider all) => all.GetRequiredService<IdentityTables>();

    private static HubClient Hub(this IServiceProvider all) => all.GetRequiredService<HubClient>();

    private static Terms Terms(this IServiceProvider all) => all.GetRequiredService<Terms>();

    private static ILogger<T> Log<T>(this IServiceProvider all) => all.GetRequiredService<ILogger<T>>();
}
