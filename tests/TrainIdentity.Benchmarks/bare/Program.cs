var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/", () => Results.StatusCode(StatusCodes.Status204NoContent));
app.Run();
