namespace TrainIdentity.Functions.Isolated;

/// <summary>All endpoints as one, for a worker that is handed requests one by one.</summary>
public sealed class OwnRoutes(IServiceProvider services)
{
    private readonly RequestDelegate _answer = Build(services);

    public Task AnswerAsync(HttpRequest request)
    {
        // The worker has routed the request to a function; from there it is routed again, among our endpoints.
        request.HttpContext.SetEndpoint(null);
        request.RouteValues.Clear();
        return _answer(request.HttpContext);
    }

    private static RequestDelegate Build(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        Pipeline.Use(app);
        return app.Build();
    }
}
