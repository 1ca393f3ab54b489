namespace TrainIdentity.LocalHost;

/// <summary>What people see of the issuer: who would you like to be?</summary>
internal static class SignInPage
{
    private const string Choice = """
        <p>This is a sign-in for trying things out. Nobody is asked for a password.</p>
        <form method="post"><p class="people">
        <button name="name" value="Mira">Mira</button>
        <button name="name" value="Jonas">Jonas</button>
        <button name="name" value="Amara">Amara</button>
        </p></form>
        <form method="post">
        <p><label for="name">Somebody else</label><br><input id="name" name="name" required maxlength="100" autocomplete="off" spellcheck="false"></p>
        <p><button>Sign in</button></p>
        </form>
        """;

    public static Task ShowAsync(HttpContext context) => WriteAsync(context, "Sign in", Choice);

    public static Task SayAsync(HttpContext context, string sentence) => WriteAsync(context, "Sign in", $"<p>{sentence}</p>");

    public static Task RefuseAsync(HttpContext context, string sentence)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return SayAsync(context, sentence);
    }

    private static Task WriteAsync(HttpContext context, string title, string content)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'";
        return context.Response.WriteAsync($$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{title}}</title>
            <link rel="icon" href="data:,">
            <style>
            :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
            main { max-width: 26rem; margin: 3rem auto; padding: 0 1rem; }
            .people { display: flex; flex-wrap: wrap; gap: .75rem; }
            button, input { font: inherit; min-height: 2.75rem; padding: .25rem 1rem; }
            input { box-sizing: border-box; width: 100%; }
            </style>
            </head>
            <body>
            <main>
            <h1>{{title}}</h1>
            {{content}}
            </main>
            </body>
            </html>
            """, context.RequestAborted);
    }
}
