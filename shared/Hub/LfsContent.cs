namespace TrainIdentity.Hub;

/// <summary>Content on its way to large file storage, readable from any byte as often as a try needs it.</summary>
/// <param name="Oid">SHA-256 of the content, 64 lower-case hex digits.</param>
/// <param name="Open">A seekable stream of its own at every call, over one handle; any number may be read at once.</param>
public sealed record LfsContent(string Oid, long Size, Func<Stream> Open);
