using TrainIdentity.Functions.Http;

namespace TrainIdentity.Functions;

/// <summary>The page, its files, and how a browser is to guard them.</summary>
internal static class AppEndpoints
{
    public const string Route = "/app/";

    // What a browser would otherwise let the page's origin ask for; nothing here has a use for any of it.
    private const string Permissions =
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), "
        + "idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), serial=(), "
        + "usb=(), xr-spatial-tracking=()";

    private static readonly string[] Methods = ["GET", "HEAD"];

    private static readonly AnswersWith Files = new([.. AppFiles.MediaTypes]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Route, Methods, Page).WithMetadata(Files);
        routes.MapMethods("/app/settings.json", Methods, (SignInOptions signIn) => Results.Json(AppSettings.Of(signIn), ApiJson.Default.AppSettings));
        routes.MapMethods("/app/{file}", Methods, (HttpContext context, AppFiles files, string file) => File(context, files, file)).WithMetadata(Files);
        routes.MapMethods(
            "/app/{folder}/{file}", Methods,
            (HttpContext context, AppFiles files, string folder, string file) => File(context, files, $"{folder}/{file}")).WithMetadata(Files);
    }

    /// <summary>The route takes the address without its slash too, from where the page's relative addresses would lead astray.</summary>
    private static IResult Page(HttpContext context, AppFiles files) => context.Request.Path.Value!.EndsWith('/')
        ? File(context, files, AppFiles.Index)
        : Results.Redirect(Route, permanent: true, preserveMethod: true);

    private static IResult File(HttpContext context, AppFiles files, string path)
    {
        if (files.Find(path) is not { } file)
        {
            return Problems.NotFound;
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy(context.RequestServices.GetRequiredService<SignInOptions>());
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = Permissions;
        return Results.Bytes(file.Bytes, file.MediaType);
    }

    private static string Policy(SignInOptions signIn) =>
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        + $"connect-src {string.Join(' ', signIn.Connections.Prepend("'self'"))}; font-src 'self'; manifest-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
}
