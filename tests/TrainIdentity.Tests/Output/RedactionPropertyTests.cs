using CsCheck;
using TrainIdentity.Functions;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Output;

/// <summary>Whatever stands around what is hidden, and however it is mixed, it is hidden.</summary>
public sealed class RedactionPropertyTests
{
    private const int Cases = 10_000;
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    private static readonly Gen<string> Secret = Gen.Char[Letters].Array[24].Select(letters => new string(letters));

    private static readonly Gen<string> Form = Pick.From(
        "hf_{0}", "Bearer {0}", "Authorization: Bearer {0}", "authorization=Basic {0}", "X-Webhook-Secret: {0}", "\"x-webhook-secret\":\"{0}\"", "Set-Cookie: {0}",
        "https://store.example/object?X-Amz-Signature={0}&X-Amz-Expires=900", "sig={0}", "access_token={0}", "eyJ{0}.eyJ{0}.{0}", "PartitionKey eq 'u_{0}'",
        "https://tables.example/T(PartitionKey='u_{0}',RowKey='i_0')", "\\u0022PartitionKey\\u0022:\\u0022u_{0}\\u0022", "u_{0}", "AccountKey={0}");

    private static readonly Gen<string> Between = Gen.OneOf(
        Pick.From(" ", ", ", "; ", " (", ") ", " \"", "\" ", " '", "' ", " [", "] ", " = ", ": ", " {", "} ", " & ", " ? "),
        Gen.Char[" .,;:()[]{}<>/\\'\"=&?%+-_azAZ09é李"].Array[1, 12].Select(letters => $" {new string(letters)} "));

    [Fact]
    public void Nothing_hidden_is_left_in_a_line() =>
        Gen.Select(Gen.Select(Between, Form, Secret).Array[1, 5], Between).Sample((parts, end) =>
        {
            var line = string.Concat(parts.Select(part => part.Item1 + string.Format(null, part.Item2, part.Item3))) + end;

            var clean = Redaction.Clean(line);

            foreach (var (_, _, secret) in parts)
            {
                Assert.DoesNotContain(secret, clean, StringComparison.Ordinal);
            }
            Assert.Equal(clean, Redaction.Clean(clean));
        }, iter: Cases);
}
