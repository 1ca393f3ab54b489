using TrainIdentity.Package;

switch (args)
{
    case ["zip", var folder, var zip]:
        AppZip.Write(folder, zip);
        return 0;
    case ["awaits", var folder, var profile]:
        AwaitProfile.Write(folder, profile);
        return 0;
    default:
        Console.Error.WriteLine("Usage: TrainIdentity.Package zip FOLDER ZIP | awaits FOLDER PROFILE");
        return 1;
}
