namespace TrainIdentity.Training;

/// <summary>Money in millionths of a US dollar, as whole numbers: sums of it neither round nor drift.</summary>
public static class TrainingPrice
{
    public const decimal MicroPerUsd = 1_000_000;

    /// <summary>The Hub bills by the begun minute from a job's start to its end (hub-docs, jobs pricing).</summary>
    public static long MicroUsd(TimeSpan ran, decimal usdPerHour) =>
        (long)decimal.Ceiling((decimal)Math.Ceiling(Math.Max(0, ran.TotalMinutes)) * usdPerHour / 60 * MicroPerUsd);

    public static decimal Usd(long microUsd) => microUsd / MicroPerUsd;
}
