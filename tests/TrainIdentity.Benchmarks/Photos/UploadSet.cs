using System.Text;

namespace TrainIdentity.Benchmarks;

/// <summary>So many photos of so many megabytes (10^6 bytes): each as a file, and all of them as one request in two forms.</summary>
internal sealed class UploadSet : IDisposable
{
    private const string Boundary = "bench-boundary-3f1c";

    private readonly string _folder;

    private UploadSet(string folder, int count, int megabytes) => (_folder, Count, Megabytes) = (folder, count, megabytes);

    public int Count { get; }

    public int Megabytes { get; }

    public string Name => $"{Count}x{Megabytes}";

    public static (string Type, string File) Json(UploadSet set) => ("application/json", set.Path("json"));

    public static (string Type, string File) Multipart(UploadSet set) => ($"multipart/form-data; boundary={Boundary}", set.Path("form"));

    public string Photo(int n) => Path($"{n}.jpg");

    public static UploadSet Make(Theatre theatre, int count, int megabytes)
    {
        var set = new UploadSet(Directory.CreateDirectory(System.IO.Path.Combine(theatre.Folder, $"{count}x{megabytes}")).FullName, count, megabytes);
        var sample = System.IO.Path.Combine(theatre.Root, "tests", "photos", "iphone6-gps.jpg");
        using var json = File.Create(set.Path("json"));
        using var form = File.Create(set.Path("form"));
        json.Write("""{"identityName":"Bench","imageFiles":["""u8);
        form.Write(Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"identityName\"\r\n\r\nBench\r\n"));
        for (var n = 0; n < count; n++)
        {
            // 20 MiB is the limit and 20 MB lie below it.
            var photo = MadePhotos.Jpeg(sample, megabytes * 1_000_000, 1000 * megabytes + n);
            File.WriteAllBytes(set.Photo(n), photo);
            json.Write(Encoding.ASCII.GetBytes($$"""{{(n is 0 ? "" : ",")}}{"name":"{{n}}.jpg","data":"{{Convert.ToBase64String(photo)}}"}"""));
            form.Write(Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"images\"; filename=\"{n}.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"));
            form.Write(photo);
            form.Write("\r\n"u8);
        }
        json.Write("]}"u8);
        form.Write(Encoding.ASCII.GetBytes($"--{Boundary}--\r\n"));
        return set;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Path(string name) => System.IO.Path.Combine(_folder, name);
}
