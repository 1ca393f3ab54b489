using TrainIdentity.Identities;
using TrainIdentity.Photos;

namespace TrainIdentity.Functions.Http;

/// <param name="Agreed">The bare <c>true</c> or <c>false</c> of a client that names neither version nor subject.</param>
internal sealed record ConsentInput(bool? Agreed, string? Version, string? Subject)
{
    /// <returns>Null when nothing was consented to, or to a text that is not ours.</returns>
    public Consent? Given(ConsentText text, DateTimeOffset at) => this is { Agreed: false } or { Agreed: null, Version: null }
        ? null
        : text.Given(Version ?? text.Version, Subject ?? ConsentText.DefaultSubject, at);
}

/// <summary>What a request held, as far as it was read. Owns its photos until they are judged good.</summary>
internal sealed class UploadDraft(PhotoReader reader, int maxPhotos) : IDisposable
{
    private readonly List<Photo> _photos = [];
    private readonly List<FieldProblem> _problems = [];
    private int _count;

    public string? IdentityName { get; set; }

    public string? UserId { get; set; }

    public ConsentInput? Consent { get; set; }

    /// <summary>A reason to stop reading.</summary>
    public Problem? Refusal { get; set; }

    public IReadOnlyList<Photo> Photos => _photos;

    public IReadOnlyList<FieldProblem> PhotoProblems => _problems;

    public int PhotoCount => _count;

    /// <summary>How many different photos there can be at most, if all that were refused are mended.</summary>
    public int MostDistinct => _photos.DistinctBy(photo => photo.Sha256).Count() + _problems.Count;

    /// <returns>False when there are too many photos already; nothing was read then.</returns>
    public bool TryBegin(out int index)
    {
        index = _count;
        if (_count >= maxPhotos)
        {
            Refusal = Problems.For(IntakeProblem.TooManyImages);
            return false;
        }
        _count++;
        return true;
    }

    /// <summary>Cleans one photo into the spool, or notes what is wrong with it.</summary>
    public async Task AddAsync(int index, Stream source, CancellationToken stop)
    {
        var outcome = await reader.ReadAsync(source, stop);
        if (outcome.Accepted)
        {
            _photos.Add(outcome.Photo);
        }
        else
        {
            _problems.Add(Problems.For(outcome.Refusal, index));
        }
    }

    /// <summary>Like <see cref="AddAsync"/>; a photo whose text broke off being base64 is no photo, whatever came before.</summary>
    public async Task AddBase64Async(int index, Base64Stream source, CancellationToken stop)
    {
        var outcome = await reader.ReadAsync(source, stop);
        try
        {
            await source.SkipAsync(stop);
        }
        catch
        {
            outcome.Photo?.Dispose();
            throw;
        }
        if (source.Broken)
        {
            outcome.Photo?.Dispose();
            _problems.Add(Problems.Base64Invalid(index));
        }
        else if (outcome.Accepted)
        {
            _photos.Add(outcome.Photo);
        }
        else
        {
            _problems.Add(Problems.For(outcome.Refusal, index));
        }
    }

    public void Missing(int index) => _problems.Add(Problems.For(new PhotoRefusal(PhotoRefusalCode.Empty, "This photo has no data. Choose the photo again, or leave it out."), index));

    public void Dispose() => _photos.ForEach(photo => photo.Dispose());
}
