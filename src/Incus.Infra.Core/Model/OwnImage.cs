namespace Incus.Infra.Core.Model;

/// <summary>An image that Apply builds.</summary>
/// <param name="Builder">
/// The machine that it is built in: it has the name of the image, and what it is made of as its <see cref="Machine.OsImage"/>.
/// </param>
/// <param name="Keep">How many versions the server keeps.</param>
internal sealed record OwnImage(Machine Builder, int Keep)
{
    public Located<string> Name => Builder.Name;
}
