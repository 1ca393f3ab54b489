using Azure.Security.KeyVault.Secrets;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Secrets;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary>What only the commands are made of, besides what they share with the service.</summary>
internal static class OperatorComposition
{
    public static void AddOperatorCommands(this IServiceCollection services, Settings settings, IConfiguration configuration)
    {
        services.AddSingleton(_ => Console.Out);
        services.AddSingleton<Findings>();
        services.AddSingleton<StatusCommand>();
        services.AddSingleton<JobLogCommand>();
        services.AddSingleton<PauseSwitch>();
        services.AddSingleton(all => new EraseCommand(
            all.GetRequiredService<IdentityTables>(), new OwnerSearch(all.GetRequiredService<IdentityTables>()), all.GetRequiredService<Erasure>(), all.GetRequiredService<TextWriter>()));
        services.AddSingleton<BackupCommand>();
        services.AddSingleton(all => new RestoreCommand(
            new RowRestore(all.GetRequiredService<IdentityTables>(), all.GetRequiredService<HubRemoval>(), all.GetRequiredService<KeyTombstones>()),
            all.GetRequiredService<IdentityTables>(), all.GetRequiredService<TextWriter>()));
        services.AddSingleton<AccountCheck>();
        services.AddSingleton(all => new SecretSetUp(
            VaultOf(all), new GivenSecrets(configuration, Console.In), new SecretNeeds(settings.Training, settings.Auth), (token, stop) => JudgeAsync(all, settings, token, stop),
            all.GetRequiredService<Findings>()));
        services.AddSingleton(all => new WebhookRotation(
            VaultOf(all), all.GetRequiredService<SecretCache>(), settings.Secrets, all.GetRequiredService<TimeProvider>(), all.GetRequiredService<Findings>()));
        services.AddSingleton(all => new WebhookSetUp(
            all.GetRequiredService<HubClient>(), all.GetRequiredService<WebhookRotation>(), settings, configuration, all.GetRequiredService<Findings>()));
        services.AddSingleton<SetUpCommand>();
        services.AddSingleton<OperatorCommands>();
    }

    private static OperatorVault? VaultOf(IServiceProvider all) =>
        all.GetService<SecretClient>() is { } vault ? new OperatorVault(vault, all.GetRequiredService<TimeProvider>()) : null;

    /// <summary>As a token that is not stored yet.</summary>
    private static Task<TokenScope> JudgeAsync(IServiceProvider all, Settings settings, string token, CancellationToken stop)
    {
        var clients = all.GetRequiredService<OutgoingClients>();
        var hub = new HubClient(clients.Hub, clients.Storage, settings.Hub, settings.Local, _ => ValueTask.FromResult(token), all.GetRequiredService<TimeProvider>());
        return hub.Account.ScopeAsync(settings.Training.Mode is TrainingMode.Jobs, stop);
    }
}
