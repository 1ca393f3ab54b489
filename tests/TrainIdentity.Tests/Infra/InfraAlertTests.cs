using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Infra;

/// <summary>What people are told in Azure is asked of what the service really says.</summary>
public sealed partial class InfraAlertTests
{
    [GeneratedRegex(@"""(trainidentity\.[a-z.]+)""")]
    private static partial Regex InstrumentNames();

    [GeneratedRegex(@"kind in \(([^)]*)\)")]
    private static partial Regex KindLists();

    [GeneratedRegex(@"OperationName [=!]= ""([^""]*)""")]
    private static partial Regex FunctionNames();

    [Fact]
    public async Task Every_kind_of_alert_that_the_service_raises_has_one_rule() =>
        Assert.Equal(
            Enum.GetNames<AlertKind>().Order(),
            Queries(await Plan.LeastAsync()).SelectMany(query => KindLists().Matches(query)).SelectMany(list => list.Groups[1].Value.Split(", ")).Select(kind => kind.Trim('"')).Order());

    [Fact]
    public async Task Whoever_is_told_finds_what_it_means_and_what_to_do()
    {
        var written = string.Concat(((string[])["operations.md", "telemetry.md"]).Select(name => File.ReadAllText(Path.Combine(Checkout.Root, "docs", name))));

        var names = Rules(await Plan.LeastAsync()).Select(rule => ((string)rule["displayName"]!).Split(": ")[^1]).Concat(Enum.GetNames<AlertKind>());

        Assert.All(names, name => Assert.Contains($"`{name}`", written, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rules_look_for_the_words_that_the_service_logs()
    {
        var words = typeof(Alerts).GetNestedType("Log", BindingFlags.NonPublic)!.GetMethod("Raised")!.GetCustomAttribute<LoggerMessageAttribute>()!.Message;

        var sought = string.Concat(words.Split(["{Kind}", "{Identity}"], StringSplitOptions.None).Zip(["kind ", "identity ", ""], (text, then) => $"\"{text}\" {then}")).TrimEnd();

        Assert.Equal("\"Alert \" kind \" for identity \" identity \".\"", sought);
        Assert.All(Queries(await Plan.LeastAsync()).Where(query => query.Contains("kind in", StringComparison.Ordinal)), query => Assert.Contains($"parse Message with * {sought} *", query, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rules_and_workbook_measure_only_what_there_is()
    {
        var instruments = Instruments();
        var plan = await Plan.LeastAsync();

        var ruled = Queries(plan).SelectMany(Named).ToHashSet();
        var shown = Workbook(plan).SelectMany(Named).ToHashSet();

        Assert.Empty(ruled.Union(shown).Except(instruments));
        Assert.Superset(new HashSet<string> { "trainidentity.orphans", "trainidentity.unfinished.age", "trainidentity.backlog.age", "trainidentity.refusals" }, ruled);

        // The workbook shows alerts from the log.
        Assert.Equal(instruments.Except(["trainidentity.alerts"]).Order(), shown.Order());
    }

    [Fact]
    public async Task A_function_that_a_rule_or_the_workbook_names_exists()
    {
        var plan = await Plan.LeastAsync();

        var named = Queries(plan).Concat(Workbook(plan)).SelectMany(query => FunctionNames().Matches(query)).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(File.Exists(Path.Combine(Checkout.Root, "functions", name, "function.json")), name));
    }

    [Fact]
    public async Task Everybody_named_is_told_by_every_rule_and_of_the_costs()
    {
        var plan = await Plan.MostAsync();
        var people = plan.Single("Microsoft.Insights/actionGroups");
        string[] emails = ["one@acme.example", "two@acme.example"];

        Assert.Equal(emails, people["properties"]!["emailReceivers"]!.AsArray().Select(one => (string?)one!["emailAddress"]));
        Assert.All(Rules(plan), rule => Assert.Equal((string?)people["id"], (string?)rule["actions"]!["actionGroups"]![0]));
        Assert.All(
            plan.Single("Microsoft.Consumption/budgets")["properties"]!["notifications"]!.AsObject(),
            notice => Assert.Equal(emails, notice.Value!["contactEmails"]!.AsArray().Select(email => (string?)email)));
    }

    [Fact]
    public async Task No_log_line_is_lost_to_sampling_and_a_day_of_logs_costs_no_more_than_its_cap()
    {
        var sampling = JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "host.json")))!["logging"]!["applicationInsights"]!["samplingSettings"]!;

        Assert.Contains("Trace", ((string)sampling["excludedTypes"]!).Split(';'));
        Assert.Equal(1, (int)(await Plan.LeastAsync()).Single("Microsoft.OperationalInsights/workspaces")["properties"]!["workspaceCapping"]!["dailyQuotaGb"]!);
    }

    private static IEnumerable<string> Named(string query) => InstrumentNames().Matches(query).Select(match => match.Groups[1].Value);

    private static IEnumerable<JsonNode> Rules(Plan plan) => plan.Of("Microsoft.Insights/scheduledQueryRules").Select(rule => rule["properties"]!);

    private static IEnumerable<string> Queries(Plan plan) => Rules(plan).Select(rule => (string)Assert.Single(rule["criteria"]!["allOf"]!.AsArray())!["query"]!);

    private static IEnumerable<string> Workbook(Plan plan) =>
        JsonNode.Parse((string)plan.Single("Microsoft.Insights/workbooks")["properties"]!["serializedData"]!)!["items"]!.AsArray()
            .Select(item => (string?)item!["content"]!["query"]).OfType<string>();

    private static HashSet<string> Instruments()
    {
        var found = new HashSet<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => { if (instrument.Meter.Name == Telemetry.MeterName) { lock (found) { found.Add(instrument.Name); } } } };
        listener.Start();
        using var telemetry = new Telemetry();
        return found;
    }
}
