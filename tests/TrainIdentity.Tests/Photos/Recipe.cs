using System.Globalization;
using System.Text;

namespace TrainIdentity.Tests.Photos;

/// <summary>
/// Builds the bytes of a photo case from one line of text. Terms apart by spaces are joined: <c>'text'</c> (escapes \n \r \0 \\),
/// <c>#FFD8</c> (hex), and <c>word(arguments)</c>, where an argument is a number or again a line of terms, with or without <c>name=</c> in front.
/// The words are those of <see cref="RecipeWords"/>.
/// </summary>
internal sealed class Recipe
{
    private readonly string _text;
    private int _at;

    private Recipe(string text) => _text = text;

    public static byte[] Build(string text)
    {
        var recipe = new Recipe(text);
        var bytes = recipe.Terms();
        return recipe._at == text.Length ? bytes : throw recipe.Wrong("A term was expected");
    }

    private byte[] Terms()
    {
        var terms = new List<byte[]>();
        for (SkipSpace(); _at < _text.Length && _text[_at] is not (',' or ')'); SkipSpace()) terms.Add(Term());
        return JpegBytes.Join([.. terms]);
    }

    private byte[] Term() => _text[_at] switch
    {
        '\'' => Quoted(),
        '#' => Hex(),
        >= 'a' and <= 'z' or >= 'A' and <= 'Z' => Word(),
        _ => throw Wrong("A term was expected"),
    };

    private byte[] Word()
    {
        var name = Taken(char.IsAsciiLetterOrDigit);
        return RecipeWords.Build(name, Arguments());
    }

    private RecipeArguments Arguments()
    {
        var arguments = new RecipeArguments();
        if (_at == _text.Length || _text[_at] is not '(') return arguments;
        do
        {
            _at++;
            SkipSpace();
            var name = ArgumentName();
            if (_at < _text.Length && char.IsAsciiDigit(_text[_at])) arguments.Add(name, Number());
            else arguments.Add(name, Terms());
            SkipSpace();
        }
        while (_at < _text.Length && _text[_at] is ',');
        if (_at == _text.Length || _text[_at] is not ')') throw Wrong("A ')' was expected");
        _at++;
        return arguments;
    }

    private string? ArgumentName()
    {
        var before = _at;
        var name = Taken(char.IsAsciiLetter);
        if (name.Length > 0 && _at < _text.Length && _text[_at] is '=')
        {
            _at++;
            return name;
        }

        _at = before;
        return null;
    }

    private long Number()
    {
        var digits = Taken(c => char.IsAsciiLetterOrDigit(c));
        return digits.StartsWith("0x", StringComparison.Ordinal)
            ? long.Parse(digits.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : long.Parse(digits, CultureInfo.InvariantCulture);
    }

    private byte[] Hex()
    {
        _at++;
        return Convert.FromHexString(Taken(char.IsAsciiHexDigit));
    }

    private byte[] Quoted()
    {
        var text = new StringBuilder();
        for (_at++; _text[_at] is not '\''; _at++)
        {
            text.Append(_text[_at] is not '\\' ? _text[_at] : _text[++_at] switch { 'n' => '\n', 'r' => '\r', '0' => '\0', var other => other });
        }

        _at++;
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private string Taken(Func<char, bool> wanted)
    {
        var from = _at;
        while (_at < _text.Length && wanted(_text[_at])) _at++;
        return _text[from.._at];
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ') _at++;
    }

    private FormatException Wrong(string what) => new($"{what} at {_at} of the recipe: {_text}");
}

/// <summary>The arguments of one word; each is taken by its name, or else by its place among those without one.</summary>
internal sealed class RecipeArguments
{
    private readonly List<(string? Name, object Value)> _all = [];
    private int _taken;

    public void Add(string? name, object value) => _all.Add((name, value));

    public int Int(string name, long otherwise = 0) => checked((int)Take<long>(name, otherwise));

    public uint UInt(string name, long otherwise = 0) => checked((uint)Take<long>(name, otherwise));

    public byte Byte(string name, long otherwise = 0) => checked((byte)Take<long>(name, otherwise));

    public byte[] Bytes(string name = "") => Take<byte[]>(name, []);

    public string Text() => Encoding.Latin1.GetString(Bytes());

    /// <summary>Everything not taken so far.</summary>
    public IEnumerable<byte[]> Rest() => _all.Skip(_taken).Select(argument => (byte[])argument.Value);

    private T Take<T>(string name, T otherwise)
    {
        foreach (var (given, value) in _all)
        {
            if (given is not null && given == name) return (T)value;
        }

        return _taken < _all.Count && _all[_taken].Name is null ? (T)_all[_taken++].Value : otherwise;
    }
}
