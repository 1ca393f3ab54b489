using System.Text;

namespace TrainIdentity.HubEmulator.Git;

/// <summary>The text of <c>.gitattributes</c> as the Hub writes it.</summary>
internal static class GitAttributes
{
    public const string Path = ".gitattributes";

    private const string Model =
        "*.7z *.arrow *.bin *.bz2 *.ckpt *.ftz *.gz *.h5 *.joblib *.lfs.* *.mlmodel *.model *.msgpack *.npy *.npz *.onnx *.ot " +
        "*.parquet *.pb *.pickle *.pkl *.pt *.pth *.rar *.safetensors saved_model/**/* *.tar.* *.tar *.tflite *.tgz *.wasm *.xz " +
        "*.zip *.zst *tfevents*";

    private const string Dataset =
        Model + " *.lz4 *.pcm *.sam *.raw *.aac *.flac *.mp3 *.ogg *.wav *.bmp *.gif *.png *.tiff *.jpg *.jpeg *.webp *.mp4 *.webm";

    public static string DefaultFor(string type) =>
        string.Concat((type is "dataset" ? Dataset : Model).Split(' ').Select(pattern => Line(pattern)));

    /// <summary>One more line for each path, exact, with what git would read as a pattern escaped.</summary>
    public static string Track(string text, IEnumerable<string> paths)
    {
        var more = new StringBuilder(text);
        if (text.Length > 0 && !text.EndsWith('\n')) _ = more.Append('\n');
        foreach (var path in paths) _ = more.Append(Line(Escape(path)));
        return more.ToString();
    }

    private static string Line(string pattern) => $"{pattern} filter=lfs diff=lfs merge=lfs -text\n";

    private static string Escape(string path)
    {
        var pattern = new StringBuilder();
        foreach (var c in path)
        {
            _ = c switch
            {
                ' ' => pattern.Append("[[:space:]]"),
                '*' or '?' or '[' or '\\' or '#' or '!' or '"' => pattern.Append('\\').Append(c),
                _ => pattern.Append(c),
            };
        }

        return pattern.ToString();
    }
}
