package io.evident.server.command;

import picocli.CommandLine.IVersionProvider;

/** Tells the version that the build wrote into the jar. */
final class EvidentVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = EvidentVersion.class.getPackage().getImplementationVersion();
        return new String[] {
            "evident " + (version == null ? "(development)" : version),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
