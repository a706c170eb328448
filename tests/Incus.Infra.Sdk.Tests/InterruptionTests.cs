using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

internal sealed class InterruptionTests : SdkTest
{
    [Test]
    public void Ctrl_C_ends_a_waiting_build_and_leaves_no_process_and_no_lock()
    {
        Directory.CreateDirectory(Project.At("obj"));
        using (new FileStream(Project.At("obj/infra.build-lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            var build = Sandbox.StartBuild();
            build.WaitFor("waiting for it to finish");

            build.Interrupt();

            build.Wait().ExitCode.ShouldNotBe(0);
            Sandbox.ShouldHaveNoProcesses();
        }

        Project.Tree().ShouldBeEmpty();
        Sandbox.Build().ShouldSucceed();
    }
}
