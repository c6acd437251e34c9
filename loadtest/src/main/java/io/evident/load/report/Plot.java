package io.evident.load.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines over two axes as an SVG image within a page; its colours are the page's. */
final class Plot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 320;
    private static final int LEFT = 64;
    private static final int RIGHT = 12;
    private static final int TOP = 10;
    private static final int BOTTOM = 46;
    /** Colours of the page's style, {@code --line0} and so on. */
    static final int COLOURS = 8;

    private final Axis across;
    private final Axis up;
    private final StringBuilder lines = new StringBuilder();
    private final List<String> names = new ArrayList<>();

    Plot(Axis across, Axis up) {
        this.across = across;
        this.up = up;
    }

    /** One line through points, each {@code {across, up}}. */
    Plot line(String name, List<double[]> points) {
        StringBuilder path = new StringBuilder();
        for (double[] point : points) {
            path.append(path.length() == 0 ? 'M' : 'L').append(place(point));
        }
        int colour = names.size() % COLOURS;
        lines.append("<path class='l l")
                .append(colour)
                .append("' d='")
                .append(path)
                .append("'/>");
        if (points.size() <= 30) {
            for (double[] point : points) {
                String[] at = place(point).split(" ", -1);
                lines.append("<circle class='d l")
                        .append(colour)
                        .append("' r='3' cx='")
                        .append(at[0])
                        .append("' cy='")
                        .append(at[1])
                        .append("'/>");
            }
        }
        names.add(name);
        return this;
    }

    /** A vertical line with a word at it. */
    Plot mark(double at, String word) {
        String x = x(at);
        boolean isLeft = across.share(at) < 0.3;
        lines.append("<line class='m' x1='")
                .append(x)
                .append("' x2='")
                .append(x)
                .append("' y1='")
                .append(TOP)
                .append("' y2='")
                .append(HEIGHT - BOTTOM)
                .append("'/><text class='mt' x='")
                .append(x)
                .append(isLeft ? "' dx='5' y='" : "' dx='-5' text-anchor='end' y='")
                .append(TOP + 12)
                .append("'>")
                .append(HtmlText.of(word))
                .append("</text>");
        return this;
    }

    private String place(double[] point) {
        double y = HEIGHT - BOTTOM - up.share(point[1]) * (HEIGHT - BOTTOM - TOP);
        return x(point[0]) + ' ' + number(y);
    }

    private String x(double value) {
        return number(LEFT + across.share(value) * (WIDTH - LEFT - RIGHT));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** The image, and below it which line is which. */
    String html() {
        StringBuilder html = new StringBuilder("<svg role='img' viewBox='0 0 " + WIDTH + ' ' + HEIGHT + "'>");
        for (Axis.Tick tick : up.ticks()) {
            String y = number(HEIGHT - BOTTOM - tick.share() * (HEIGHT - BOTTOM - TOP));
            html.append("<line class='g' x1='")
                    .append(LEFT)
                    .append("' x2='")
                    .append(WIDTH - RIGHT)
                    .append("' y1='")
                    .append(y)
                    .append("' y2='")
                    .append(y)
                    .append("'/><text x='")
                    .append(LEFT - 6)
                    .append("' y='")
                    .append(y)
                    .append("' dy='4' text-anchor='end'>")
                    .append(tick.name())
                    .append("</text>");
        }
        for (Axis.Tick tick : across.ticks()) {
            String x = number(LEFT + tick.share() * (WIDTH - LEFT - RIGHT));
            html.append("<line class='g' x1='")
                    .append(x)
                    .append("' x2='")
                    .append(x)
                    .append("' y1='")
                    .append(TOP)
                    .append("' y2='")
                    .append(HEIGHT - BOTTOM)
                    .append("'/><text x='")
                    .append(x)
                    .append("' y='")
                    .append(HEIGHT - BOTTOM + 16)
                    .append("' text-anchor='middle'>")
                    .append(tick.name())
                    .append("</text>");
        }
        html.append("<text class='a' x='")
                .append((LEFT + WIDTH) / 2)
                .append("' y='")
                .append(HEIGHT - 8)
                .append("' text-anchor='middle'>")
                .append(HtmlText.of(across.title()))
                .append("</text><text class='a' text-anchor='middle' transform='translate(13 ")
                .append((HEIGHT - BOTTOM) / 2)
                .append(") rotate(-90)'>")
                .append(HtmlText.of(up.title()))
                .append("</text>")
                .append(lines)
                .append("</svg><p class='k'>");
        for (int i = 0; i < names.size(); i++) {
            html.append("<span><i class='l")
                    .append(i % COLOURS)
                    .append("'></i>")
                    .append(HtmlText.of(names.get(i)))
                    .append("</span>");
        }
        return html.append("</p>").toString();
    }
}
