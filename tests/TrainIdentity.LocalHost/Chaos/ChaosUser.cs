namespace TrainIdentity.LocalHost;

/// <summary>A user who wants one identity after the other while the storm lasts, and is not always of one mind.</summary>
internal sealed class ChaosUser(string name, int seed, NoisePhotos photos, ChaosClient client, Ledger ledger)
{
    private const int KeyLength = 16;

    private readonly Random _random = new(seed);

    public async Task RunAsync(CancellationToken stormEnds)
    {
        for (var n = 1; !stormEnds.IsCancellationRequested; n++)
        {
            var (wish, whim) = (Draw(n), Whim.Draw(_random));
            var others = wish with { Photos = photos.Draw(_random) };
            ledger.Add(wish);
            var pursuit = new Pursuit(wish, whim, client, ledger);
            var meddling = new Meddling(wish, whim, client, ledger);
            await Task.WhenAll(pursuit.RunAsync(others, stormEnds), meddling.RunAsync(stormEnds));
            await Pause.ForAsync(whim.Pause, stormEnds);
        }
    }

    private Wish Draw(int number)
    {
        var key = _random.GetHexString(KeyLength);
        return new Wish(name, $"{name} {number}", _random.Next(2) is 0 ? key : null, photos.Draw(_random));
    }
}
