namespace TrainIdentity.Tests.Rig.Sim;

internal enum Moment
{
    /// <summary>The operation was decided on; nobody else knows of it.</summary>
    Before,

    /// <summary>It has had its effect; whoever asked for it does not know yet.</summary>
    After,
}

/// <summary>One side of one outgoing operation of a host.</summary>
/// <param name="Name">Such as <c>hub:create</c>.</param>
/// <param name="Nth">Counts the operations of this name, from 1.</param>
internal readonly record struct Boundary(Moment Moment, string Name, int Nth)
{
    public override string ToString() => $"{Moment} {Name} #{Nth}";
}
