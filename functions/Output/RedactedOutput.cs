using System.Text;

namespace TrainIdentity.Functions;

/// <summary>
/// The one way out for text: log, operators' reports and complaints about settings alike. Whole lines only, so that nothing
/// slips through in two halves.
/// </summary>
internal sealed class RedactedOutput(TextWriter output) : TextWriter
{
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => output.Encoding;

    /// <summary>Before anything is printed, and before a logger keeps a writer of its own.</summary>
    public static void Install()
    {
        Console.SetOut(new RedactedOutput(Console.Out));
        Console.SetError(new RedactedOutput(Console.Error));
    }

    public override void Write(char value)
    {
        lock (_line)
        {
            if (value is '\n')
            {
                Pass("\n");
            }
            else
            {
                _line.Append(value);
            }
        }
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_line)
        {
            for (int end; (end = buffer.IndexOf('\n')) >= 0; buffer = buffer[(end + 1)..])
            {
                _line.Append(buffer[..end]);
                Pass("\n");
            }
            _line.Append(buffer);
        }
    }

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Flush()
    {
        lock (_line)
        {
            if (_line.Length > 0)
            {
                Pass("");
            }
            output.Flush();
        }
    }

    protected override void Dispose(bool disposing)
    {
        Flush();
        base.Dispose(disposing);
    }

    private void Pass(string end)
    {
        output.Write(Redaction.Clean(_line.ToString()) + end);
        _line.Clear();
    }
}
