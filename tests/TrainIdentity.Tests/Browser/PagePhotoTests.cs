using Microsoft.Playwright;
using TrainIdentity.Tests.Rig;
using static Microsoft.Playwright.Assertions;

namespace TrainIdentity.Tests.Browser;

/// <summary>What the page makes of the files that people choose.</summary>
[Collection(BrowserRig.Name)]
public sealed class PagePhotoTests(BrowserRig browser)
{
    [Fact]
    public async Task Pictures_of_other_formats_are_converted_and_what_is_none_is_named()
    {
        await using var tab = await PageTab.OpenAsync(browser, "photos-formats");
        var webp = await DrawnAsync(tab, "image/webp", 400, 300);
        await tab.ChooseAsync(
            new FilePayload { Name = "holiday.webp", MimeType = "image/webp", Buffer = webp },
            new FilePayload { Name = "notes.jpg", MimeType = "image/jpeg", Buffer = "no photo at all"u8.ToArray() },
            new FilePayload { Name = "phone.heic", MimeType = "image/heic", Buffer = [0, 0, 0, 24, .. "ftypheic"u8, .. new byte[64]] },
            new FilePayload { Name = "empty.jpg", MimeType = "image/jpeg", Buffer = [] });

        await Expect(tab.Photos).ToHaveCountAsync(1);
        await Expect(tab.Photos).ToContainTextAsync("Converted from WebP.");
        await Expect(tab.Page.Locator("#intake-notices")).ToContainTextAsync("notes.jpg must be JPG or PNG.");
        await Expect(tab.Page.Locator("#intake-notices")).ToContainTextAsync("phone.heic is a HEIC picture, which this browser cannot open.");
        await Expect(tab.Page.Locator("#intake-notices")).ToContainTextAsync("empty.jpg is empty.");

        await tab.FillAsync("Converted");
        await tab.ChooseAsync(PageTab.SampleFiles(2));
        await tab.Start.ClickAsync();
        await tab.SaysAsync("Converted", "Ready");
        var repo = (string)Assert.Single(await tab.IdentitiesAsync())!["modelId"]!;
        Assert.Equal([0xFF, 0xD8, 0xFF], browser.Rig.Hub.ReadFile(repo, "images/image_001.jpg")![..3]);
    }

    [Fact]
    public async Task A_picture_that_is_too_large_for_the_service_is_made_smaller()
    {
        await using var service = await browser.StartServiceAsync(("Photos__MaxBytes", "100000"));
        await using var tab = await PageTab.OpenAsync(browser, "photos-large", service);
        await tab.ChooseAsync(new FilePayload { Name = "large.png", MimeType = "image/png", Buffer = await DrawnAsync(tab, "image/png", 900, 900, dots: 20_000) });
        await Expect(tab.Photos).ToContainTextAsync("Converted from");

        await tab.FillAsync("Smaller");
        await tab.ChooseAsync(PageTab.TinyFiles(2));
        await tab.Start.ClickAsync();
        await tab.SaysAsync("Smaller", "Ready");
    }

    [Fact]
    public async Task Small_blurry_and_similar_photos_are_pointed_out_and_the_same_one_is_not_taken_twice()
    {
        await using var tab = await PageTab.OpenAsync(browser, "photos-advice");
        var sample = PageTab.SampleFiles(1)[0];

        await tab.ChooseAsync(sample, sample);
        await Expect(tab.Page.Locator("#intake-notices")).ToContainTextAsync($"{sample.Name} is there already.");
        await Expect(tab.Photos).ToHaveCountAsync(1);
        await tab.ChooseAsync(new FilePayload { Name = "flat.png", MimeType = "image/png", Buffer = await DrawnAsync(tab, "image/png", 300, 300, dots: 0) });
        await Expect(tab.Photos.Nth(1)).ToContainTextAsync("Small (300 × 300): a larger one trains better. Looks blurry. Very bright.");
        await tab.ChooseAsync(
            new FilePayload { Name = "upright.jpg", MimeType = "image/jpeg", Buffer = Uploads.Sample("portrait-orientation0.jpg") },
            new FilePayload { Name = "turned.jpg", MimeType = "image/jpeg", Buffer = Uploads.Sample("portrait-orientation6.jpg") });
        await Expect(tab.Photos.Nth(3)).ToContainTextAsync("Nearly the same as another photo.");
        await Expect(tab.Page.Locator("#set-advice")).ToContainTextAsync("With 10 to 20 the likeness is usually better.");
    }

    [Fact]
    public async Task Photos_can_be_dropped_pasted_replaced_and_removed()
    {
        await using var tab = await PageTab.OpenAsync(browser, "photos-ways");
        await GiveAsync(tab, "drop", "dropped.png", TinyPhotos.Png(1));
        await Expect(tab.Photos).ToHaveCountAsync(1);
        await GiveAsync(tab, "paste", "pasted.png", TinyPhotos.Png(2));
        await Expect(tab.Photos).ToHaveCountAsync(2);

        var picker = await tab.Page.RunAndWaitForFileChooserAsync(() => tab.Page.GetByRole(AriaRole.Button, new() { Name = "Replace photo 1, dropped.png" }).ClickAsync());
        await picker.SetFilesAsync(new FilePayload { Name = "other.png", MimeType = "image/png", Buffer = TinyPhotos.Png(3) });
        await Expect(tab.Page.GetByAltText("Photo 1: other.png")).ToBeVisibleAsync();
        await Expect(tab.Photos).ToHaveCountAsync(2);

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove photo 1, other.png" }).ClickAsync();
        await Expect(tab.Photos).ToHaveCountAsync(1);
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove photo 2, pasted.png" })).ToBeFocusedAsync();
    }

    private static async Task<byte[]> DrawnAsync(PageTab tab, string type, int width, int height, int dots = 4000) => Convert.FromBase64String(await tab.Page.EvaluateAsync<string>("""
        async ([type, width, height, dots]) => {
          const canvas = Object.assign(document.createElement('canvas'), { width, height });
          const context = canvas.getContext('2d');
          let seed = 7;
          for (let n = 0; n < dots; n++) {
            seed = (seed * 16807) % 2147483647;
            context.fillStyle = `hsl(${seed % 360} 70% ${20 + seed % 60}%)`;
            context.fillRect(seed % width, (seed >> 7) % height, 9, 9);
          }
          const blob = await new Promise(done => canvas.toBlob(done, type));
          const bytes = new Uint8Array(await blob.arrayBuffer());
          let text = '';
          for (const byte of bytes) text += String.fromCharCode(byte);
          return btoa(text);
        }
        """, new object[] { type, width, height, dots }));

    private static async Task GiveAsync(PageTab tab, string how, string name, byte[] content) => _ = await tab.Page.EvaluateAsync("""
        ([how, name, text]) => {
          const bytes = Uint8Array.from(atob(text), character => character.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], name, { type: 'image/png' }));
          const target = document.getElementById('drop');
          target.dispatchEvent(how === 'drop'
            ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
            : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        }
        """, new object[] { how, name, Convert.ToBase64String(content) });
}
