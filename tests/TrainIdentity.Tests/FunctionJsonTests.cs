using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing.Template;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests;

/// <summary>The host only logs a broken <c>function.json</c> and starts without it, so its files are held against our routes here.</summary>
public sealed class FunctionJsonTests
{
    private static readonly string[] Methods = ["get", "head", "post", "put", "patch", "delete", "options"];

    [Fact]
    public void Every_route_lies_under_exactly_one_function_and_no_function_is_empty()
    {
        var triggers = Functions().Where(function => Trigger(function.Json, "httpTrigger") is not null).ToList();

        foreach (var route in MappedRoutes.Public)
        {
            Assert.Single(triggers, function => Covers(function.Json, route));
        }
        Assert.All(triggers, function => Assert.Contains(MappedRoutes.Public, route => Covers(function.Json, route)));
    }

    [Fact]
    public void Every_http_function_is_open_for_all_methods_so_that_refusals_are_ours()
    {
        foreach (var (name, json) in Functions().Where(function => Trigger(function.Json, "httpTrigger") is not null))
        {
            var trigger = Trigger(json, "httpTrigger")!;
            Assert.Matches("^[a-z][a-z0-9-]*$", name);
            Assert.Equal("anonymous", (string?)trigger["authLevel"]);
            Assert.Equal(Methods, trigger["methods"]!.AsArray().Select(method => (string)method!));
            Assert.Equal(["httpTrigger", "http"], json["bindings"]!.AsArray().Select(binding => (string)binding!["type"]!));
        }
    }

    [Fact]
    public void No_http_route_covers_the_timers_path()
    {
        var timers = Functions().Where(function => Trigger(function.Json, "timerTrigger") is not null).ToList();

        Assert.Equal(["reconcile"], timers.Select(timer => timer.Name));
        Assert.DoesNotContain(Functions(), function => Covers(function.Json, "/reconcile"));
    }

    [Fact]
    public void The_host_file_turns_proxying_on_and_the_prefix_off()
    {
        var host = JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "host.json")))!;

        Assert.True((bool)host["customHandler"]!["enableProxyingHttpRequest"]!);
        Assert.Equal(("", "00:05:00", null), ((string?)host["extensions"]!["http"]!["routePrefix"], (string?)host["functionTimeout"], host["extensionBundle"]));
    }

    private static IEnumerable<(string Name, JsonNode Json)> Functions() =>
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, "functions"), "function.json", SearchOption.AllDirectories)
            .Select(file => (Path.GetFileName(Path.GetDirectoryName(file))!, JsonNode.Parse(File.ReadAllText(file))!));

    private static JsonNode? Trigger(JsonNode json, string type) =>
        json["bindings"]!.AsArray().SingleOrDefault(binding => (string?)binding!["type"] == type);

    private static bool Covers(JsonNode json, string route)
    {
        if ((string?)Trigger(json, "httpTrigger")?["route"] is not { } text)
        {
            return false;
        }

        var template = TemplateParser.Parse(text);
        var values = new RouteValueDictionary();
        return new TemplateMatcher(template, []).TryMatch(route.Replace("{id}", "x", StringComparison.Ordinal), values)
            && template.Parameters.SelectMany(parameter => parameter.InlineConstraints.Select(constraint => (parameter.Name, constraint.Constraint)))
                .All(rule => Regex.IsMatch($"{values[rule.Name!]}", Regex.Match(rule.Constraint, @"^regex\((.*)\)$").Groups[1].Value));
    }
}
