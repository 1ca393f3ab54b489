using System.Text.Json.Nodes;
using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.LocalHost;

public sealed class LocalStackTests
{
    private const string Tables = "TableEndpoint=http://127.0.0.1:9/devstoreaccount1;";

    [Fact]
    public async Task The_service_is_told_where_everything_runs()
    {
        using var app = new EchoApp();
        await using var stack = await StartAsync(app);

        var told = await EnvironmentAsync(stack);

        Assert.Equal(("true", "local"), (told("Local"), told("Environment")));
        Assert.Equal(Text(stack.Hub), told("Hub__Endpoint"));
        Assert.Equal((stack.HubToken, stack.RunnerToken), (told("HUGGINGFACE_TOKEN"), told("HUGGINGFACE_TRAINER_TOKEN")));
        Assert.Equal(stack.WebhookSecret, told("HUGGINGFACE_WEBHOOK_SECRET"));
        Assert.Equal((Tables, Tables), (stack.TableConnectionString, told("Storage__ConnectionString")));
        Assert.Equal((Text(stack.Issuer), "authenticated", "RS256"), Issuer(told, 0));
        Assert.Equal(($"{Text(stack.Issuer)}/ec", "authenticated", "ES256"), Issuer(told, 1));
        Assert.Equal((Text(stack.Issuer), "local-page"), (told("SignIn__Authority"), told("SignIn__ClientId")));
        Assert.Equal(Text(stack.Service), told("Cors__AllowedOrigins__0"));
        Assert.Equal("2000000000", told("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"));
    }

    [Fact]
    public async Task A_stacks_own_settings_win_over_everything()
    {
        using var app = new EchoApp();
        await using var stack = await StartAsync(
            app, ("Hub__Endpoint", "http://127.0.0.1:9"), ("HUGGINGFACE_TOKEN", null), ("HUGGINGFACE_WEBHOOK_SECRET", "mine"), ("Extra", "more"));

        var told = await EnvironmentAsync(stack);

        Assert.Equal("http://127.0.0.1:9", told("Hub__Endpoint"));
        Assert.Null(told("HUGGINGFACE_TOKEN"));
        Assert.NotEmpty(stack.HubToken);
        Assert.Equal(("mine", "mine"), (told("HUGGINGFACE_WEBHOOK_SECRET"), stack.WebhookSecret));
        Assert.Equal("more", told("Extra"));
    }

    [Fact]
    public async Task With_the_real_hub_no_emulator_runs_and_the_files_issuers_stay()
    {
        using var app = new EchoApp();
        await using var stack = await LocalStack.StartAsync(
            new LocalStackOptions
            {
                AppFolder = app.Folder,
                RealHubSettings = new Dictionary<string, string?>
                {
                    ["Hub__Endpoint"] = "http://127.0.0.1:9",
                    ["Storage__ConnectionString"] = Tables,
                    ["Auth__Issuers__0__Issuer"] = "https://issuer.example",
                },
            },
            TestContext.Current.CancellationToken);

        var told = await EnvironmentAsync(stack);

        Assert.Equal(("http://127.0.0.1:9", "https://issuer.example"), (told("Hub__Endpoint"), told("Auth__Issuers__0__Issuer")));
        Assert.Equal((Text(stack.Issuer), "authenticated", "RS256"), Issuer(told, 8));
        Assert.Null(told("Training__Image"));
        _ = Assert.Throws<LocalHostException>(() => stack.Emulator);
    }

    [Fact]
    public async Task What_did_start_ends_when_something_else_does_not()
    {
        using var app = new EchoApp();

        var failure = await Assert.ThrowsAsync<LocalHostException>(() => StartAsync(app, ("ECHO_EXIT", "5")));

        Assert.Contains("exit code 5", failure.Message, StringComparison.Ordinal);
    }

    private static Task<LocalStack> StartAsync(EchoApp app, params (string Name, string? Value)[] settings) => LocalStack.StartAsync(
        new LocalStackOptions { AppFolder = app.Folder, TableConnectionString = Tables, Settings = settings.ToDictionary(one => one.Name, one => one.Value) },
        TestContext.Current.CancellationToken);

    private static async Task<Func<string, string?>> EnvironmentAsync(LocalStack stack)
    {
        using var answer = await stack.FunctionsHost.GetAsync("/api/echo/x");
        var environment = (JsonObject)(await answer.SeenAsync())["environment"]!;
        return name => (string?)environment[name];
    }

    private static (string?, string?, string?) Issuer(Func<string, string?> told, int index) =>
        (told($"Auth__Issuers__{index}__Issuer"), told($"Auth__Issuers__{index}__Audience"), told($"Auth__Issuers__{index}__Algorithm"));

    private static string Text(Uri address) => address.AbsoluteUri.TrimEnd('/');
}
