using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace TrainIdentity.Functions.Http;

/// <summary>
/// Reads the original's JSON body in one pass, whatever the order of its fields. The structure is walked by the platform's
/// strict reader; at each photo's <c>data</c> the walk pauses and the string is decoded where it stands.
/// </summary>
internal sealed class JsonUpload(PipeReader body, UploadDraft draft)
{
    /// <summary>The longest token other than a photo: a name or a file name.</summary>
    private const int MaxTokenBytes = 64 * 1024;

    private readonly JsonUploadWalk _walk = new(draft);
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = 8, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow });

    public async Task ReadAsync(CancellationToken stop)
    {
        try
        {
            while (draft.Refusal is null && !_walk.Done)
            {
                await AdvanceAsync(stop);
                if (draft.Refusal is null && _walk.AtData)
                {
                    await PhotoAsync(stop);
                }
            }
            if (draft.Refusal is null)
            {
                await NothingMoreAsync(stop);
            }
        }
        catch (JsonException)
        {
            draft.Refusal = Problems.Malformed("The body is not well-formed JSON.");
        }
    }

    private async Task AdvanceAsync(CancellationToken stop)
    {
        var result = await body.ReadAsync(stop);
        var consumed = Walk(result.Buffer, result.IsCompleted);
        var moved = !result.Buffer.Slice(0, consumed).IsEmpty;
        var rest = result.Buffer.Slice(consumed).Length;
        var paused = _walk.AtData || _walk.Done || draft.Refusal is not null;
        body.AdvanceTo(consumed, paused ? consumed : result.Buffer.End);
        if (!paused && (rest > MaxTokenBytes || (result.IsCompleted && !moved)))
        {
            throw new JsonException();
        }
    }

    private SequencePosition Walk(ReadOnlySequence<byte> buffer, bool final)
    {
        var reader = new Utf8JsonReader(buffer, final, _state);
        while (draft.Refusal is null && !_walk.AtData && !_walk.Done && reader.Read())
        {
            // However it arrived: what comes in one piece is held to the same length as what comes in many.
            if ((reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length) > MaxTokenBytes)
            {
                throw new JsonException();
            }
            _walk.Take(ref reader);
        }
        _state = reader.CurrentState;
        return reader.Position;
    }

    private async Task PhotoAsync(CancellationToken stop)
    {
        var first = await NextCharAsync(stop);
        if (first != '"')
        {
            draft.Refusal = Problems.Malformed("The data of a photo must be a string.");
            return;
        }
        if (!draft.TryBegin(out var index))
        {
            return;
        }

        await using var data = new Base64Stream(body);
        await draft.AddBase64Async(index, data, stop);
        SkipString();
        _walk.DataTaken();
    }

    /// <summary>Consumes white space and the quote after it, and says which character that was.</summary>
    private async Task<char> NextCharAsync(CancellationToken stop)
    {
        while (true)
        {
            var result = await body.ReadAsync(stop);
            var buffer = result.Buffer;
            if (buffer.IsEmpty && result.IsCompleted)
            {
                throw new JsonException();
            }

            if (!new SequenceReader<byte>(buffer).TryRead(out var c))
            {
                body.AdvanceTo(buffer.End);
                continue;
            }
            body.AdvanceTo(buffer.GetPosition(1));
            if (c is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return (char)c;
            }
        }
    }

    /// <summary>Tells the reader that a string went by, so that its state fits what follows.</summary>
    private void SkipString()
    {
        var reader = new Utf8JsonReader("\"\""u8, isFinalBlock: false, _state);
        reader.Read();
        _state = reader.CurrentState;
    }

    private async Task NothingMoreAsync(CancellationToken stop)
    {
        while (true)
        {
            var result = await body.ReadAsync(stop);
            foreach (var piece in result.Buffer)
            {
                if (piece.Span.IndexOfAnyExcept(" \t\r\n"u8) >= 0)
                {
                    throw new JsonException();
                }
            }
            var end = result.IsCompleted;
            body.AdvanceTo(result.Buffer.End);
            if (end)
            {
                return;
            }
        }
    }
}
