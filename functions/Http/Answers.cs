using Microsoft.Extensions.Logging;

namespace TrainIdentity.Functions.Http;

/// <summary>Around every endpoint: headers each answer carries, and a problem body wherever nothing else was said.</summary>
internal static partial class Answers
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Head(context);
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed && HttpMethods.IsOptions(context.Request.Method))
            {
                // What a 405 says in Allow is just what was asked for.
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            if (!context.Response.HasStarted && Silent(context) is { } problem)
            {
                await problem.ExecuteAsync(context);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (OperationCanceledException) when (!context.Response.HasStarted)
        {
            await Problems.Timeout.ExecuteAsync(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var problem = Problems.For(e) ?? Problems.Internal;
            if (problem.Status < StatusCodes.Status500InternalServerError)
            {
                Log.Refused(Logger(context), problem.Code);
            }
            else
            {
                Log.Failed(Logger(context), e, problem.Code);
            }
            await problem.ExecuteAsync(context);
        }
    }

    private static void Head(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";

        // Nothing but the page, which says so itself, is ever a document, so nothing in an answer may load, run or be framed.
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
    }

    private static Problem? Silent(HttpContext context) => context.Response switch
    {
        { ContentLength: > 0 } or { ContentType: not null } => null,
        { StatusCode: StatusCodes.Status404NotFound } => Problems.NotFound,
        { StatusCode: StatusCodes.Status405MethodNotAllowed } => Problems.MethodNotAllowed,
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => Problems.MediaType,
        _ => null,
    };

    private static ILogger Logger(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("TrainIdentity.Functions.Http.Answers");

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Information, "A request was refused with {Code}.")]
        public static partial void Refused(ILogger logger, string code);

        [LoggerMessage(1, LogLevel.Error, "A request ended with {Code}.")]
        public static partial void Failed(ILogger logger, Exception trouble, string code);
    }
}
