namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>One fault in one call. What the fault leaves open follows from the seed.</summary>
internal sealed record WireStrike(WireCall Call, WireFault Fault, WirePosition Position, int Seed)
{
    /// <summary>Which of the calls of this kind is the first to be struck.</summary>
    public int Place => Choose(0, WireCalls.Places(Call));

    /// <summary>Of a fault that may come before or after the effect.</summary>
    public bool AfterEffect => Choose(1, 2) == 1;

    /// <summary>Which of the shapes of a fault that has several.</summary>
    public int Shape => Choose(2, 4);

    public override string ToString() => $"{Call}/{Fault}/{Position}";

    /// <summary>Each choice has a chance of its own, so that a new one leaves the others as they were.</summary>
    private int Choose(int which, int among) => new Random(unchecked((Cell + which) * 7919 + Seed)).Next(among);

    /// <summary>The same in every process, which a hash code is not.</summary>
    private int Cell => (((((int)Call * 131) + (int)Fault) * 131) + (int)Position) * 131;
}
