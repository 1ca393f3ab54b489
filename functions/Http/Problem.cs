using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace TrainIdentity.Functions.Http;

/// <param name="Pointer">JSON pointer to the field, such as <c>/imageFiles/2/data</c>.</param>
internal sealed record FieldProblem(string Pointer, string Code, string Detail);

/// <summary>A refusal as <c>application/problem+json</c>, readable for clients of the original too (<c>success</c>, <c>error</c>).</summary>
internal sealed record Problem(int Status, string Code, string Detail, bool Retryable) : IResult
{
    public TimeSpan? RetryAfter { get; init; }

    public IReadOnlyList<FieldProblem>? Errors { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        if (Status is StatusCodes.Status401Unauthorized && Code != "webhook_unauthorized")
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        var trace = Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier;
        var body = new ProblemBody(
            $"urn:train-identity:{Code}", Code.Replace('_', ' '), Status, Detail, $"urn:trace:{trace}", false, Detail, Code, Retryable,
            RetryAfter is { } after ? (int)Math.Ceiling(after.TotalSeconds) : null, Errors);
        return response.WriteAsJsonAsync(body, ApiJson.Default.ProblemBody, "application/problem+json", httpContext.RequestAborted);
    }
}

internal sealed record ProblemBody(
    string Type, string Title, int Status, string Detail, string Instance, bool Success, string Error, string Code, bool Retryable,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldProblem>? Errors);
