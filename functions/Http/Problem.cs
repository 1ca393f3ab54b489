using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace TrainIdentity.Functions.Http;

/// <param name="Pointer">JSON pointer to the field, such as <c>/imageFiles/2/data</c>; photos of a multipart body are counted the same way.</param>
internal sealed record FieldProblem(string Pointer, ProblemKind Kind, string Detail)
{
    public string Code => Kind.Code;
}

/// <summary>A refusal as <c>application/problem+json</c>, readable for clients of the original too (<c>success</c>, <c>error</c>).</summary>
internal sealed record Problem(ProblemKind Kind, string Detail) : IResult
{
    public int Status => Kind.Status;

    public string Code => Kind.Code;

    /// <summary>Differs from the table only where a trouble that usually passes has been found to be final.</summary>
    public bool Retryable { get; init; } = Kind.Retryable;

    public TimeSpan? RetryAfter { get; init; }

    public IReadOnlyList<FieldProblem>? Errors { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        int? seconds = RetryAfter is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : null;
        response.StatusCode = Status;
        if (seconds is not null)
        {
            response.Headers.RetryAfter = seconds.Value.ToString(CultureInfo.InvariantCulture);
        }
        if (Status is StatusCodes.Status401Unauthorized && Kind != ProblemKinds.WebhookUnauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }
        var telemetry = httpContext.RequestServices.GetRequiredService<Telemetry>();
        telemetry.ProblemAnswered(Code);
        if (Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            telemetry.CallerRefused(Code);
        }

        var trace = Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier;
        var body = new ProblemBody(
            $"urn:train-identity:{Code}", Kind.Title, Status, Detail, $"urn:trace:{trace}", false, Detail, Code, Retryable,
            seconds, Errors?.Select(error => new FieldProblemBody(error.Pointer, error.Code, error.Detail)).ToList());
        return response.WriteAsJsonAsync(body, ApiJson.Default.ProblemBody, "application/problem+json", httpContext.RequestAborted);
    }
}

internal sealed record FieldProblemBody(string Pointer, string Code, string Detail);

internal sealed record ProblemBody(
    string Type, string Title, int Status, string Detail, string Instance, bool Success, string Error, string Code, bool Retryable,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldProblemBody>? Errors);
