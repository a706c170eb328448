using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.Picture;

/// <summary>The picture of an infrastructure as files.</summary>
internal static class PictureFiles
{
    /// <summary>
    /// A picture, a page with the picture and all that it shows on hovering, and a text that forges draw. Disabled domains
    /// are pale.
    /// </summary>
    public static IReadOnlyList<GeneratedFile> Of(Infrastructure infra, AddressPlan addresses, Marks marks)
    {
        var diagram = DiagramReader.Read(infra, addresses, marks);
        var svg = SvgPicture.Of(diagram);
        return
        [
            new("infra.svg", Ownership.Marked, $"<!-- {GeneratedFile.Notice} -->\n{svg}"),
            new("infra.html", Ownership.Marked, $"<!DOCTYPE html>\n<!-- {GeneratedFile.Notice} -->\n{HtmlPage.Of(diagram, svg)}"),
            new("infra.mmd", Ownership.Marked, $"%% {GeneratedFile.Notice}\n{MermaidPicture.Of(diagram)}"),
        ];
    }
}
