/* CPU seconds that libical takes: `parse FILE…` for the bare parse, `expand FILE FROM DAYS` for the starts of all series
 * within so many days from a day on. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static char *text_of(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) { perror(path); exit(1); }
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *text = malloc(length + 1);
    if (fread(text, 1, length, file) != (size_t)length) { perror(path); exit(1); }
    text[length] = 0;
    fclose(file);
    return text;
}

static double cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec
        + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int count, char **arguments) {
    long found = 0;
    double began = cpu();
    if (count > 2 && !strcmp(arguments[1], "parse")) {
        for (int at = 2; at < count; at++) {
            char *text = text_of(arguments[at]);
            icalcomponent *calendar = icalparser_parse_string(text);
            found += icalcomponent_count_components(calendar, ICAL_VEVENT_COMPONENT);
            icalcomponent_free(calendar);
            free(text);
        }
    } else if (count == 5 && !strcmp(arguments[1], "expand")) {
        char *text = text_of(arguments[2]);
        icalcomponent *calendar = icalparser_parse_string(text);
        struct icaltimetype from = icaltime_from_string(arguments[3]);
        struct icaltimetype to = from;
        icaltime_adjust(&to, atoi(arguments[4]), 0, 0, 0);
        began = cpu();
        for (icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event;
             event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
            icalproperty *rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
            struct icaltimetype start = icalcomponent_get_dtstart(event);
            icalrecur_iterator *starts = icalrecur_iterator_new(icalproperty_get_rrule(rule), start);
            for (struct icaltimetype at = icalrecur_iterator_next(starts);
                 !icaltime_is_null_time(at) && icaltime_compare(at, to) < 0; at = icalrecur_iterator_next(starts))
                found += icaltime_compare(at, from) >= 0;
            icalrecur_iterator_free(starts);
        }
        icalcomponent_free(calendar);
        free(text);
    } else {
        return 2;
    }
    printf("%.3f %ld\n", cpu() - began, found);
    return 0;
}
