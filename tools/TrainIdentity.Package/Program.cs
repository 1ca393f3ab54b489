using TrainIdentity.Package;

if (args is not [var folder, var zip])
{
    Console.Error.WriteLine("Usage: TrainIdentity.Package FOLDER ZIP");
    return 1;
}
AppZip.Write(folder, zip);
return 0;
