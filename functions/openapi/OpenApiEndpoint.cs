namespace TrainIdentity.Functions;

/// <summary>The contract for programs. It is written by hand, and a test holds it against the routes and the problems.</summary>
internal static class OpenApiEndpoint
{
    public const string Route = "/api/openapi.json";

    private static readonly Lazy<byte[]> Document = new(Read);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(Route, ["GET", "HEAD"], () => Results.Bytes(Document.Value, "application/json"));

    private static byte[] Read()
    {
        using var resource = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream("openapi.json")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
