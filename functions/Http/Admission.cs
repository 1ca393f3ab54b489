namespace TrainIdentity.Functions.Http;

/// <summary>There is no room for the rest of a body whose length was not announced.</summary>
internal sealed class BusyException() : Exception("Too much is being uploaded.");

/// <summary>
/// The bytes of all uploads that are not answered yet. What does not fit is told to come back before it is read, so that
/// memory and disk hold whatever callers do.
/// </summary>
internal sealed class Admission(LimitOptions limits)
{
    private long _bytes;

    public long BytesInFlight => Interlocked.Read(ref _bytes);

    /// <param name="announcedBytes">Null when the body says no length; its share grows as it is read.</param>
    /// <returns>Null when there is no room.</returns>
    public Place? TryEnter(long? announcedBytes)
    {
        var place = new Place(this);
        return place.TryHold(Math.Max(announcedBytes ?? 0, limits.LeastBytes)) ? place : null;
    }

    private bool TryTake(long more, long whole)
    {
        var most = whole <= Math.Max(limits.SmallBytes, limits.LeastBytes) ? limits.BytesInFlight : limits.BytesInFlight - limits.KeptForSmallBytes;
        if (Interlocked.Add(ref _bytes, more) <= most)
        {
            return true;
        }
        Interlocked.Add(ref _bytes, -more);
        return false;
    }

    /// <summary>One upload's share, given back at the end.</summary>
    internal sealed class Place(Admission admission) : IDisposable
    {
        private const long StepBytes = 1 << 20;

        private long _held;

        public bool TryHold(long bytes)
        {
            if (bytes <= _held)
            {
                return true;
            }

            var whole = _held == 0 ? bytes : bytes + StepBytes;
            if (!admission.TryTake(whole - _held, whole))
            {
                return false;
            }
            _held = whole;
            return true;
        }

        public void Dispose()
        {
            Interlocked.Add(ref admission._bytes, -_held);
            _held = 0;
        }
    }
}
