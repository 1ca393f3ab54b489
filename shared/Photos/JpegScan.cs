namespace TrainIdentity.Photos;

/// <summary>Which coefficients a scan holds, and at which precision (ITU-T T.81 B.2.3 and G.1.1.1).</summary>
internal readonly record struct JpegScan(bool Progressive, int Components, int First, int Last, int High, int Low)
{
    private const int LastCoefficient = 63;
    private const int MaxLow = 13;

    public bool HoldsDc => First is 0;

    // A refining pass over the first coefficient is raw bits and needs no table.
    public bool NeedsDcTable => First is 0 && (!Progressive || High is 0);

    public bool NeedsAcTable => !Progressive || First > 0;

    // Old sequential encoders leave the other fields at will, and decoders ignore them.
    public bool IsLegal => Progressive ? IsLegalRange && IsLegalPrecision : First is 0;

    private bool IsLegalRange => First is 0 ? Last is 0 : Last >= First && Last <= LastCoefficient && Components is 1;

    private bool IsLegalPrecision => Low <= MaxLow && (High is 0 || High == Low + 1);

    public static JpegScan Read(ReadOnlySpan<byte> payload, bool progressive) =>
        new(progressive, payload[0], payload[^3], payload[^2], payload[^1] >> 4, payload[^1] & 15);
}
