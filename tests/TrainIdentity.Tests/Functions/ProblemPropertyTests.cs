using System.Reflection;
using System.Text.Json;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrainIdentity.Functions.Http;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Functions;

/// <summary>A refusal can be read by every client, whatever is in it.</summary>
public sealed class ProblemPropertyTests : IDisposable
{
    private static readonly ProblemKind[] Kinds =
        [.. typeof(ProblemKinds).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(ProblemKind)).Select(field => (ProblemKind)field.GetValue(null)!)];

    private static readonly Gen<string> AnyText = Gen.Char.Array[0, 40].Select(letters => new string(letters));

    private readonly ServiceProvider _services = new ServiceCollection().AddSingleton<Telemetry>().AddLogging().BuildServiceProvider();

    [Fact]
    public void Every_kind_of_problem_with_any_text_is_JSON_that_says_so() =>
        Gen.Select(Pick.From(Kinds), AnyText, Gen.Select(AnyText, Pick.From(Kinds), AnyText).Array[0, 4], Gen.Int[-1, 100_000]).Sample((kind, detail, fields, seconds) =>
        {
            using var sent = new MemoryStream();
            var context = new DefaultHttpContext { RequestServices = _services };
            context.Response.Body = sent;

            new Problem(kind, detail)
            {
                Errors = fields.Length == 0 ? null : [.. fields.Select(field => new FieldProblem(field.Item1, field.Item2, field.Item3))],
                RetryAfter = seconds < 0 ? null : TimeSpan.FromSeconds(seconds),
            }.ExecuteAsync(context).GetAwaiter().GetResult();

            var body = JsonDocument.Parse(sent.ToArray()).RootElement;
            Assert.Equal((kind.Status, "application/problem+json"), (context.Response.StatusCode, context.Response.ContentType));
            Assert.Equal((false, kind.Status, kind.Code, $"urn:train-identity:{kind.Code}", kind.Title), (
                body.GetProperty("success").GetBoolean(), body.GetProperty("status").GetInt32(), body.GetProperty("code").GetString(),
                body.GetProperty("type").GetString(), body.GetProperty("title").GetString()));
            Assert.Equal(body.GetProperty("detail").GetString(), body.GetProperty("error").GetString());
            Assert.StartsWith("urn:trace:", body.GetProperty("instance").GetString(), StringComparison.Ordinal);
            Assert.Equal(fields.Length, body.TryGetProperty("errors", out var errors) ? errors.GetArrayLength() : 0);
            Assert.Equal(seconds >= 0, context.Response.Headers.RetryAfter.Count > 0);
        }, iter: 10_000, threads: 1);

    public void Dispose() => _services.Dispose();
}
