using YamlDotNet.RepresentationModel;

namespace TrainIdentity.Tests.Infra;

/// <summary>One mapping of a YAML file, read without guessing at types.</summary>
internal sealed class YamlMap(YamlMappingNode node)
{
    public IEnumerable<string> Keys => node.Children.Keys.Select(key => key.ToString());

    public YamlNode? this[string name] => node.Children.TryGetValue(name, out var value) ? value : null;

    public YamlMap Map(string name) => new(Assert.IsType<YamlMappingNode>(this[name], exactMatch: false));

    public IReadOnlyList<YamlMap> Maps(string name) => [.. Assert.IsType<YamlSequenceNode>(this[name], exactMatch: false).Select(item => new YamlMap((YamlMappingNode)item))];

    public string Text(string name) => Assert.IsType<YamlScalarNode>(this[name], exactMatch: false).Value!;
}

internal static class YamlFile
{
    public static YamlMap Read(params string[] path)
    {
        using var text = File.OpenText(Path.Combine([Checkout.Root, .. path]));
        var stream = new YamlStream();
        stream.Load(text);
        return new YamlMap((YamlMappingNode)Assert.Single(stream.Documents).RootNode);
    }
}
