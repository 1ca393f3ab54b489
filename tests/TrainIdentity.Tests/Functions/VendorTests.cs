namespace TrainIdentity.Tests.Functions;

/// <summary>What the page is given of others is what they published, with their licences.</summary>
public sealed class VendorTests
{
    private static readonly string Packages = Path.Combine(Checkout.Root, "tests", "browser-packages", "node_modules");
    private static readonly string Vendor = Path.Combine(Checkout.Root, "functions", "wwwroot", "app", "vendor");

    private static readonly Dictionary<string, string> Published = new()
    {
        ["oidc-client-ts.min.js"] = "oidc-client-ts/dist/browser/oidc-client-ts.min.js",
        ["oidc-client-ts.LICENSE.txt"] = "oidc-client-ts/LICENSE",
        ["jwt-decode.LICENSE.txt"] = "jwt-decode/LICENSE",
    };

    [Fact]
    public void Every_file_is_byte_for_byte_the_packages()
    {
        Assert.True(Directory.Exists(Path.Combine(Packages, "oidc-client-ts")), "The packages are not installed in tests/browser-packages: ./dev test installs them.");

        Assert.Equal(Published.Keys.Order(), Directory.EnumerateFiles(Vendor).Select(file => Path.GetFileName(file)).Order());
        Assert.All(Published, one => Assert.Equal(File.ReadAllBytes(Path.Combine(Packages, one.Value)), File.ReadAllBytes(Path.Combine(Vendor, one.Key))));
    }
}
